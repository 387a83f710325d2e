const DAY_MS = 86_400_000;

/* Made once: making one takes longer than all else that is said about a date. */
const WEEKDAY = dateFormat({ weekday: 'long' });
const DAY_AND_MONTH = dateFormat({ day: 'numeric', month: 'long' });
const FULL_DATE = dateFormat({ day: 'numeric', month: 'long', year: 'numeric' });

function dateFormat(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', ...options });
}

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
  if (ahead === 0) return 'today';
  if (ahead === 1) return 'tomorrow';
  if (ahead === -1) return 'yesterday';
  const isThisYear = day.slice(0, 4) === now.slice(0, 4);
  const far = isThisYear ? DAY_AND_MONTH : FULL_DATE;
  const format = ahead > 1 && ahead < 7 ? WEEKDAY : far;
  return `on ${format.format(new Date(`${day}T00:00Z`))}`;
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
