import { EFFORT, HABITS, UNDATED, URGENCY } from '../../tasks/scoring/curves.js';

/*
 * The score's formulas once more, for drawing: scores themselves are computed by PostgreSQL. A test holds the two together.
 */

/** 1 at x = 0, half at x = half, never 0. */
function hyperbola(half: number, x: number): number {
  return half / (half + x);
}

/** Urgency of a task that is due; 1 from the due date on. */
export function datedUrgency(task: {
  effortMinutes: number;
  workingMinutesLeft: number;
  daysLeft: number;
}): number {
  if (task.daysLeft <= 0) return 1;
  const slack = task.workingMinutesLeft / (task.effortMinutes + URGENCY.marginMinutes);
  const { floor, calendarShare, halfSlack, halfDays } = URGENCY;
  const pressure =
    (1 - calendarShare) * hyperbola(halfSlack, slack) +
    calendarShare * hyperbola(halfDays, task.daysLeft);
  return floor + (1 - floor) * pressure;
}

/** Urgency of a task without a due date. */
export function undatedUrgency(ageDays: number): number {
  const { ceiling, floor, halfAgeDays } = UNDATED;
  return ceiling - (ceiling - floor) * hyperbola(halfAgeDays, ageDays);
}

export function effortValue(minutes: number): number {
  return hyperbola(EFFORT.halfMinutes, minutes);
}

/** How much a completion counts for habits, so many days later. */
export function completionWeight(ageDays: number): number {
  return 0.5 ** (ageDays / HABITS.halfLifeDays);
}
