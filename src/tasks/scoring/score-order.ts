import { ACTIONABLE, SCORE } from './score.js';
import { sql } from './sql.js';

/** SQL of a listed task's score: null for what cannot be done at the moment of scoring. Aliases as in `SCORE`. */
export const LISTED_SCORE = sql`CASE WHEN ${ACTIONABLE} THEN ${SCORE} END`;

/** Best first; what has no score last; ties go to the older, then to the lower number. */
export const BEST_FIRST = 'score DESC NULLS LAST, created_at, number';

/** The same from the other end: worst first, and still what has no score last, ties to the older. */
export const WORST_FIRST = 'score NULLS LAST, created_at, number';

export interface ScorePosition {
  /** Score of the last task seen, null when it had none. */
  score: number | null;
  createdAt: string;
  number: number;
}

/**
 * SQL condition for what comes after a position in either order, over the columns `score`, `created_at` and `number`.
 * `first` is the number of the first free parameter. Returns the condition and the parameters it takes.
 */
export function afterPosition(
  position: ScorePosition,
  order: typeof BEST_FIRST | typeof WORST_FIRST,
  first: number,
): { text: string; values: unknown[] } {
  const later = sql`(created_at, number) > ($${first}::timestamptz, $${first + 1}::int)`;
  const values: unknown[] = [position.createdAt, position.number];
  if (position.score === null) return { text: sql`(score IS NULL AND ${later})`, values };
  const score = sql`$${first + 2}::float8`;
  const beyond = order === BEST_FIRST ? sql`score < ${score}` : sql`score > ${score}`;
  return {
    text: sql`(${beyond} OR score IS NULL OR (score = ${score} AND ${later}))`,
    values: [...values, position.score],
  };
}
