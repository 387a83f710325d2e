const DAY_MS = 86_400_000;

/** Minutes as a person says them: `45 min`, `2 h`, `1 h 30 min`, and whole hours from ten on. */
export function duration(minutes: number): string {
  const whole = Math.round(minutes);
  if (whole < 60) return `${String(whole)} min`;
  if (whole >= 600) return `${String(Math.round(whole / 60))} h`;
  const rest = whole % 60;
  return `${String(Math.floor(whole / 60))} h${rest > 0 ? ` ${String(rest)} min` : ''}`;
}

/** Days as a person counts them. */
export function days(count: number): string {
  const whole = Math.floor(count);
  return whole === 1 ? '1 day' : `${String(whole)} days`;
}

/** A local time (`YYYY-MM-DDTHH:MM`) as a person names it at another local time: `tomorrow at 10:00`, `on 3 March at 09:30`. */
export function when(local: string, now: string): string {
  const [day, time] = local.split('T') as [string, string];
  const ahead = Math.round((midnight(local) - midnight(now)) / DAY_MS);
  return `${nameOfDay(day, ahead, now)} at ${time}`;
}

function nameOfDay(day: string, ahead: number, now: string): string {
  const date = new Date(`${day}T00:00Z`);
  const inUtc = (options: Intl.DateTimeFormatOptions): string =>
    date.toLocaleDateString('en-GB', { timeZone: 'UTC', ...options });
  if (ahead === 0) return 'today';
  if (ahead === 1) return 'tomorrow';
  if (ahead === -1) return 'yesterday';
  if (ahead > 1 && ahead < 7) return `on ${inUtc({ weekday: 'long' })}`;
  const sameYear = day.slice(0, 4) === now.slice(0, 4);
  return `on ${inUtc({ day: 'numeric', month: 'long', ...(sameYear ? {} : { year: 'numeric' }) })}`;
}

function midnight(local: string): number {
  return Date.parse(`${local.slice(0, 10)}T00:00Z`);
}

/** Tags as a person quotes them: `"errand"`, `"calls" and "home"`. */
export function quoted(tags: readonly string[]): string {
  return tags.map((tag) => `"${tag}"`).join(' and ');
}

/** Clauses as one enumeration: `a, b and c`. */
export function enumerated(clauses: readonly string[]): string {
  if (clauses.length < 2) return clauses.join('');
  return `${clauses.slice(0, -1).join(', ')} and ${String(clauses.at(-1))}`;
}

/** Ends a clause as a sentence. */
export function sentence(clause: string): string {
  return `${clause.charAt(0).toUpperCase()}${clause.slice(1)}.`;
}
