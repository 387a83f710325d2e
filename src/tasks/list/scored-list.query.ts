import { CLOCK_CTES } from '../scoring/clock.js';
import {
  afterPosition,
  BEST_FIRST,
  LISTED_SCORE,
  type ScorePosition,
  WORST_FIRST,
} from '../scoring/score-order.js';
import { SqlParameters } from './sql-parameters.js';
import { conditions } from './task-filters.js';
import { taskJson } from '../task-json.js';
import { type PageQuery } from './task-list.query.js';
import { type ScoreSort } from './task-order.js';

/**
 * One statement that reads a page in the order of the score, which is the order of the recommendation. Returns a
 * `TaskListRow`.
 */
export function scoredListStatement(request: PageQuery & { sort: ScoreSort }): {
  text: string;
  values: unknown[];
} {
  const { userId, filters, limit, after, moment, sort } = request;
  const sql = new SqlParameters();
  for (const value of [userId, moment, null]) sql.of(value);
  const size = `${sql.of(limit)}::int`;
  const matching = ['t.user_id = $1', ...conditions(filters, 'k.at', sql)];
  const order = sort === 'score' ? WORST_FIRST : BEST_FIRST;
  const beyond = after ? `WHERE ${afterScore(after, order, sql)}` : '';
  return {
    text: `
      WITH ${CLOCK_CTES},
      scored AS (
        SELECT t.*, ${LISTED_SCORE} AS score
        FROM tasks t CROSS JOIN clock k WHERE ${matching.join(' AND ')}
      ),
      page AS (
        SELECT *, row_number() OVER (ORDER BY ${order}) AS position
        FROM (SELECT * FROM scored ${beyond} ORDER BY ${order} LIMIT ${size} + 1) s
      )
      SELECT
        string_agg(${scoredTaskJson()}, ',' ORDER BY position) FILTER (WHERE position <= ${size}) AS items,
        count(*) > ${size} AS "hasMore",
        json_agg(json_build_array(t.score, t.created_at, t.number)) FILTER (WHERE position = ${size}) -> 0 AS last,
        (SELECT at FROM clock)::text AS moment
      FROM page t CROSS JOIN clock k`,
    values: sql.values,
  };
}

function scoredTaskJson(): string {
  return `left(${taskJson('k.at')}, -1) || ',"score":' || coalesce(t.score::text, 'null') || '}'`;
}

function afterScore(
  after: NonNullable<PageQuery['after']>,
  order: typeof BEST_FIRST | typeof WORST_FIRST,
  sql: SqlParameters,
): string {
  const [score, createdAt, number] = after as [number | null, string, number];
  const position: ScorePosition = { score, createdAt, number };
  const { text, values } = afterPosition(position, order, sql.values.length + 1);
  for (const value of values) sql.of(value);
  return text;
}
