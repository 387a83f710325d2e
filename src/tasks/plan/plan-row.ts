import { type PickedTask } from '../scoring/best-row.js';

/** What the plan's statement returns, as JSON. */
export interface PlanRow {
  /** The day planned, `YYYY-MM-DD` on the user's calendar. */
  date: string;
  timezone: string;
  /** The moment of scoring: when the plan starts. */
  evaluatedAt: string;
  /** The same on the user's clock, `YYYY-MM-DDTHH:MM`. */
  localTime: string;
  /** What is left of the day's shift, in Unix milliseconds; null when there is no shift that day or it is over. */
  shift: { opens: number; closes: number } | null;
  /** The tasks considered, best first. */
  tasks: PlanTask[];
  /** Tasks that wake while the shift lasts, the first first, with the time on the user's clock, `YYYY-MM-DDTHH:MM`. */
  sleepers: { task: PickedTask; wakesLocal: string }[];
}

export interface PlanTask {
  task: PickedTask;
  score: number;
  /** Minutes it is taken to need. */
  effortMinutes: number;
  /** Due date in Unix milliseconds. */
  due: number | null;
  /** The same on the user's clock, `YYYY-MM-DDTHH:MM`. */
  dueLocal: string | null;
  /** Working minutes from the plan's start until the due date, 0 once it has passed. */
  workingMinutesLeft: number | null;
  /** Those of them that lie after this day's shift. */
  minutesAfterShift: number | null;
}
