import { type Pick } from './best-row.js';
import { ASSUMED_EFFORT_MINUTES } from './curves.js';
import { days, duration, when } from './phrases.js';

/** Minutes the task is taken to need. */
export function effortMinutes({ task }: Pick): number {
  return task.effortEstimateMinutes ?? ASSUMED_EFFORT_MINUTES;
}

/** The effort in words, saying so when it is assumed. */
export function effortWords(pick: Pick): string {
  const minutes = duration(effortMinutes(pick));
  return pick.task.effortEstimateMinutes === null ? `${minutes} (assumed)` : minutes;
}

/** How a due date presses; `late` is still ahead, but with less working time left than the task needs. */
export type Pressure = 'undated' | 'overdue' | 'late' | 'ahead';

export function pressure(pick: Pick): Pressure {
  if (pick.workingMinutesLeft === null) return 'undated';
  if (pick.overdue) return 'overdue';
  return pick.workingMinutesLeft < effortMinutes(pick) ? 'late' : 'ahead';
}

/** The due date as a clause: `due tomorrow at 10:00`, `overdue since yesterday at 17:00`, `without a due date`. */
export function dueWords(pick: Pick, now: string): string {
  if (pick.dueLocal === null) return 'without a due date';
  const moment = when(pick.dueLocal, now);
  return pick.overdue ? `overdue since ${moment.replace(/^on /, '')}` : `due ${moment}`;
}

/** What is left until the due date, as a clause: `1 h 30 min of working time left for 3 h of work`. */
export function slackWords(pick: Pick): string {
  const left = pick.workingMinutesLeft ?? 0;
  return left < 1
    ? 'no working time is left before then'
    : `${duration(left)} of working time is left for ${effortWords(pick)} of work`;
}

/** How long the task has waited, as a clause. */
export function waitWords(pick: Pick): string {
  return pick.ageDays < 1 ? 'added today' : `waiting for ${days(pick.ageDays)}`;
}
