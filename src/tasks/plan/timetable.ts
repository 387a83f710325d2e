import { type PlanTask } from './plan-row.js';

const MINUTE_MS = 60_000;

/** A stretch of time, in Unix milliseconds. */
export interface Stretch {
  opens: number;
  closes: number;
}

/** The end of a task that starts at a moment. */
export function endOf(task: PlanTask, start: number): number {
  return start + task.effortMinutes * MINUTE_MS;
}

/**
 * The moment a task has to be done by on this day: its due date where it can still be met and lies within the shift, else the
 * end of the shift.
 */
function deadline(task: PlanTask, { opens, closes }: Stretch): number {
  if (task.due === null || task.due >= closes || endOf(task, opens) > task.due) return closes;
  return task.due;
}

/**
 * Whether tasks can all be done in time, one after the other from a moment on. Doing the first due first is the best one can
 * do, so that order decides.
 */
export function fits(tasks: readonly PlanTask[], shift: Stretch, from: number): boolean {
  let end = from;
  return [...tasks]
    .sort((one, other) => deadline(one, shift) - deadline(other, shift))
    .every((task) => (end = endOf(task, end)) <= deadline(task, shift));
}

/** Tasks that fit, in the order to do them: always the best one that leaves the others in time. */
export function sequence(tasks: readonly PlanTask[], shift: Stretch): PlanTask[] {
  const waiting = [...tasks];
  const ordered: PlanTask[] = [];
  for (let from = shift.opens; waiting.length > 0;) {
    const next = waiting.findIndex(
      (task) =>
        fits(
          waiting.filter((other) => other !== task),
          shift,
          endOf(task, from),
        ) && endOf(task, from) <= deadline(task, shift),
    );
    const [chosen] = waiting.splice(Math.max(next, 0), 1) as [PlanTask];
    ordered.push(chosen);
    from = endOf(chosen, from);
  }
  return ordered;
}
