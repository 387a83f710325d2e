import type { Adjustment, Factor } from './score.js';

/** What the one statement returns, as JSON; everything an answer is made of. */
export interface BestRow {
  evaluatedAt: string;
  timezone: string;
  /** The moment of scoring on the user's clock, `YYYY-MM-DDTHH:MM`. */
  localTime: string;
  dayPart: string;
  /** Urgency, priority, impact, effort. */
  weights: [number, number, number, number];
  /** Context tags that fit the moment, and those that clash with it. */
  fittingTags: string[];
  clashingTags: string[];
  /** Tags with a habit, strongest first. */
  habitTags: string[];
  /** Best first; empty when nothing can be done. */
  picks: Pick[];
}

/** One recommended task with all that its score was made of. */
export interface Pick {
  task: PickedTask;
  score: number;
  /** Factors from 0 to 1, adjustments from -1 to 1. */
  values: Record<Factor | Adjustment, number>;
  /** Hundredths of a point. */
  hundredths: Record<Factor | Adjustment, number>;
  /** Due date on the user's clock, `YYYY-MM-DDTHH:MM`. */
  dueLocal: string | null;
  overdue: boolean;
  /** Working time until the due date; null without one, 0 once it has passed. */
  workingMinutesLeft: number | null;
  ageDays: number;
}

/** The fields of a task that explanations and the record speak of; the rest passes through. */
export interface PickedTask {
  id: string;
  number: number;
  title: string;
  status: string;
  priority: number;
  impact: number;
  effortEstimateMinutes: number | null;
  tags: string[];
  version: number;
  createdAt: string;
}

/** Why nothing can be done. */
export interface Nothing {
  /** Tasks that sleep, of those asked for, and the moment the first wakes. */
  snoozed: number;
  nextWakeAt: string | null;
  nextWakeLocal: string | null;
  /** Tasks that could be done, but were excluded. */
  excluded: number;
  /** Tasks that could be done, but need more time than there is. */
  tooLong: number;
  shortest: { title: string; effortEstimateMinutes: number | null } | null;
  /** Tasks completed since the user's midnight. */
  completedToday: number;
  /** Whether the user has, or had, any task at all. */
  anyTask: boolean;
}
