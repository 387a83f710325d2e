import { type BestQuery, type Weights } from './best-query.js';
import { type BestRow, type Nothing, type PickedTask } from './best-row.js';
import { components, type Component } from './components.js';
import { nothingReason } from './nothing-reason.js';
import { reason } from './reason.js';
import { whyNotFirst } from './why-not-first.js';

/** The answer to "what should I do next?". */
export interface BestAnswer {
  task: PickedTask | null;
  /** 0 to 100 with two decimals, the sum of the components' points. */
  score: number | null;
  reason: string | null;
  components: Component[];
  alternatives: { task: PickedTask; score: number; whyNotFirst: string }[];
  empty: {
    reason: string;
    snoozed: number;
    nextWakeAt: string | null;
    tooLong: number;
  } | null;
  evaluatedAt: string;
  timezone: string;
  weights: Weights;
}

/** The answer for a row that names at least one task. */
export function bestAnswer(row: BestRow, query: BestQuery): BestAnswer | null {
  const [first, ...others] = row.picks;
  if (first === undefined) return null;
  return {
    task: first.task,
    score: first.score,
    reason: reason(first, row, query.availableMinutes),
    components: components(first, row),
    alternatives: others.map((other) => ({
      task: other.task,
      score: other.score,
      whyNotFirst: whyNotFirst({ first, other, row }),
    })),
    empty: null,
    ...circumstances(row),
  };
}

/** The answer for a row that names none. */
export function emptyAnswer(row: BestRow, nothing: Nothing, query: BestQuery): BestAnswer {
  const { snoozed, nextWakeAt, tooLong } = nothing;
  return {
    task: null,
    score: null,
    reason: null,
    components: [],
    alternatives: [],
    empty: { reason: nothingReason(nothing, query, row), snoozed, nextWakeAt, tooLong },
    ...circumstances(row),
  };
}

function circumstances({
  evaluatedAt,
  timezone,
  weights,
}: BestRow): Omit<
  BestAnswer,
  'task' | 'score' | 'reason' | 'components' | 'alternatives' | 'empty'
> {
  const [urgency, priority, impact, effort] = weights;
  return { evaluatedAt, timezone, weights: { urgency, priority, impact, effort } };
}
