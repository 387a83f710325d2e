import { type PickedTask } from '../scoring/best-row.js';
import { duration } from '../scoring/phrases.js';
import { type PlanRow, type PlanTask } from './plan-row.js';
import { endOf, fits, sequence, type Stretch } from './timetable.js';
import { warnings } from './warnings.js';

/** Tasks without a place that are named. */
const UNPLANNED_NAMED = 20;

const MINUTE_MS = 60_000;

/** A stretch of time: moments, and the same on the user's clock as `HH:MM`. */
interface Span {
  start: string;
  end: string;
  localStart: string;
  localEnd: string;
}

export interface DayPlan {
  /** The day planned, `YYYY-MM-DD` on the user's calendar. */
  date: string;
  timezone: string;
  evaluatedAt: string;
  /** What is left of the day's working hours; null when nothing is. */
  workingHours: Span | null;
  /** What to do when, one after the other. */
  blocks: ({ task: PickedTask } & Span)[];
  /** The best of what found no place, and why not. */
  unplanned: { task: PickedTask; why: string }[];
  /** Due dates that working time does not reach. */
  warnings: { task: PickedTask; why: string }[];
}

/**
 * A plan for the working hours of one day. Tasks whose last chance to be done in time is this day come first, then the rest by
 * score; each is planned when everything planned before it stays in time. The same row always gives the same plan.
 */
export function dayPlan(row: PlanRow): DayPlan {
  const { date, timezone, evaluatedAt, shift, tasks } = row;
  const planned = shift ? sequence(choose(tasks, shift), shift) : [];
  const left = tasks.filter((task) => !planned.includes(task)).slice(0, UNPLANNED_NAMED);
  return {
    date,
    timezone,
    evaluatedAt,
    workingHours: shift && span(shift.opens, shift.closes, timezone),
    blocks: blocks(planned, shift?.opens ?? 0, timezone),
    unplanned: [
      ...left.map((task) => ({ task: task.task, why: whyNot(task, planned, shift) })),
      ...row.sleepers.map(({ task, wakesLocal }) => ({
        task,
        why: `It sleeps until ${wakesLocal.slice(-5)}.`,
      })),
    ],
    warnings: warnings(row),
  };
}

/** The tasks to plan, best first. */
function choose(tasks: readonly PlanTask[], shift: Stretch): PlanTask[] {
  const chosen = new Set<PlanTask>();
  const lastChances = tasks.filter((task) => isLastChance(task, shift));
  for (const task of [...lastChances, ...tasks])
    if (!chosen.has(task) && fits([...chosen, task], shift, shift.opens)) chosen.add(task);
  return tasks.filter((task) => chosen.has(task));
}

/** Whether the task can be done in time on this day, and only on this day. */
function isLastChance(task: PlanTask, { opens }: Stretch): boolean {
  return (
    task.due !== null &&
    endOf(task, opens) <= task.due &&
    (task.minutesAfterShift ?? 0) < task.effortMinutes
  );
}

function blocks(planned: readonly PlanTask[], opens: number, timezone: string): DayPlan['blocks'] {
  let start = opens;
  return planned.map((task) => {
    const block = { task: task.task, ...span(start, endOf(task, start), timezone) };
    start = endOf(task, start);
    return block;
  });
}

function span(start: number, end: number, timezone: string): Span {
  const clock = new Intl.DateTimeFormat('en-GB', { timeZone: timezone, timeStyle: 'short' });
  return {
    start: new Date(start).toISOString(),
    end: new Date(end).toISOString(),
    localStart: clock.format(start),
    localEnd: clock.format(end),
  };
}

function whyNot(task: PlanTask, planned: readonly PlanTask[], shift: Stretch | null): string {
  if (shift === null) return 'This day has no working hours, or none are left.';
  const minutes = (shift.closes - shift.opens) / MINUTE_MS;
  const free = planned.reduce((rest, { effortMinutes }) => rest - effortMinutes, minutes);
  const needs = duration(task.effortMinutes);
  if (task.effortMinutes > minutes)
    return `It needs ${needs}, and the day has only ${duration(minutes)}.`;
  if (task.effortMinutes > free) return `It needs ${needs}, and ${duration(free)} is left.`;
  return 'It would make something late that is due on this day.';
}
