import { type PickedTask } from '../scoring/best-row.js';
import { duration, when } from '../scoring/phrases.js';
import { type PlanRow, type PlanTask } from './plan-row.js';

export interface Warning {
  task: PickedTask;
  why: string;
}

/** A task with a due date. */
type Dated = PlanTask & { due: number; dueLocal: string; workingMinutesLeft: number };

/**
 * The due dates that working time does not reach, first due first: those a task cannot meet by itself, and those it cannot meet
 * because of what is due before it.
 */
export function warnings({ tasks, localTime }: PlanRow): Warning[] {
  const dated = tasks.filter(isDated).sort((one, other) => one.due - other.due);
  let committed = 0;
  return dated.flatMap((task) => {
    const due = when(task.dueLocal, localTime);
    const { effortMinutes, workingMinutesLeft } = task;
    if (effortMinutes > workingMinutesLeft)
      return [{ task: task.task, why: late(task, due, localTime) }];
    committed += effortMinutes;
    if (committed <= workingMinutesLeft) return [];
    const why = `What is due until ${due} needs ${duration(committed)} together, and ${duration(workingMinutesLeft)} of working time is left.`;
    return [{ task: task.task, why }];
  });
}

function late(
  { dueLocal, effortMinutes, workingMinutesLeft }: Dated,
  due: string,
  now: string,
): string {
  if (dueLocal <= now) return `It was due ${due}.`;
  return `It needs ${duration(effortMinutes)}, and ${duration(workingMinutesLeft)} of working time is left until it is due ${due}.`;
}

function isDated(task: PlanTask): task is Dated {
  return task.due !== null && task.dueLocal !== null && task.workingMinutesLeft !== null;
}
