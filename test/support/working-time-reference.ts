const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** When someone works; times are `HH:MM`, days ISO numbers (1 is Monday). */
export interface Schedule {
  timezone: string;
  workStartTime: string;
  workEndTime: string;
  workDays: readonly number[];
}

interface Shift {
  opens: number;
  closes: number;
}

/**
 * Working minutes from a moment until each of several others (Unix milliseconds, whole minutes): every minute is looked at,
 * one by one, and counts when it lies inside a shift. Deliberately slow and obvious.
 */
export function workingMinutesUntilEach(
  schedule: Schedule,
  from: number,
  ends: readonly number[],
): number[] {
  const last = Math.max(from, ...ends);
  const shifts = shiftsAround(schedule, from, last);
  const counted = new Map<number, number>();
  let minutes = 0;
  for (let minute = from; minute <= last; minute += MINUTE_MS) {
    counted.set(minute, minutes);
    if (shifts.some(({ opens, closes }) => opens <= minute && minute < closes)) minutes++;
  }
  return ends.map((end) => counted.get(end) ?? 0);
}

/** The shifts of every local day from two days before to two days after; a shift may end on the day after it starts. */
function shiftsAround(schedule: Schedule, from: number, until: number): Shift[] {
  const shifts: Shift[] = [];
  for (let day = startOfDay(from) - 2 * DAY_MS; day <= until + 2 * DAY_MS; day += DAY_MS) {
    const isoWeekday = new Date(day).getUTCDay() || 7;
    if (!schedule.workDays.includes(isoWeekday)) continue;
    const start = timeOfDay(schedule.workStartTime);
    const end = timeOfDay(schedule.workEndTime);
    shifts.push({
      opens: momentOf(schedule.timezone, day + start),
      closes: momentOf(schedule.timezone, day + end + (end < start ? DAY_MS : 0)),
    });
  }
  return shifts;
}

/**
 * The moment a wall clock shows a local time (written as if it were UTC). One that is shown twice is taken the second time,
 * one that is skipped is moved forward by as much as the clock was.
 */
function momentOf(timezone: string, wall: number): number {
  const before = wall - offset(timezone, wall - DAY_MS);
  const after = wall - offset(timezone, wall + DAY_MS);
  return shown(timezone, after) === wall ? after : before;
}

/** What the wall clock shows at a moment, written as if it were UTC. */
function shown(timezone: string, moment: number): number {
  return moment + offset(timezone, moment);
}

const formats = new Map<string, Intl.DateTimeFormat>();

function offset(timezone: string, moment: number): number {
  let format = formats.get(timezone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('sv-SE', {
      timeZone: timezone,
      dateStyle: 'short',
      timeStyle: 'medium',
    });
    formats.set(timezone, format);
  }
  return (
    Date.parse(`${format.format(moment).replace(' ', 'T')}Z`) - Math.floor(moment / 1000) * 1000
  );
}

function startOfDay(moment: number): number {
  return Math.floor(moment / DAY_MS) * DAY_MS;
}

function timeOfDay(time: string): number {
  const [hours, minutes] = time.split(':').map(Number) as [number, number];
  return (hours * 60 + minutes) * MINUTE_MS;
}
