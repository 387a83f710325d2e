import { type BestQuery } from './best-query.js';
import { type Statement } from './best-statement.js';
import { ASSUMED_EFFORT_MINUTES } from './curves.js';
import { isoMoment, localTime } from './moments.js';
import { taskFilter } from './task-filter.js';
import { sql } from './sql.js';

/**
 * Why there was nothing to recommend: run when `bestStatement` named no task, with the moment it was evaluated at.
 * Returns one row with one column, `nothing` (a `Nothing`).
 */
export function nothingStatement(query: BestQuery, evaluatedAt: string): Statement {
  const values: unknown[] = [query.userId, evaluatedAt];
  const { untagged, excluded, tooLong } = taskFilter(query, values);
  const text = sql`WITH clock AS (
  SELECT timezone, $2::timestamptz AS at FROM user_preferences WHERE user_id = $1
),
open_task AS MATERIALIZED (
  SELECT t.title, t.effort_estimate_minutes, t.created_at, t.number, ${excluded} AS excluded, ${tooLong} AS too_long,
         CASE WHEN t.snoozed_until > k.at THEN t.snoozed_until END AS asleep_until
  FROM clock k JOIN tasks t ON t.user_id = $1 AND t.status IN ('pending', 'in_progress') AND NOT ${untagged}
),
asleep AS (
  SELECT count(*) AS snoozed, min(asleep_until) AS next_wake FROM open_task WHERE asleep_until IS NOT NULL AND NOT excluded
),
awake AS (
  SELECT * FROM open_task WHERE asleep_until IS NULL
)
SELECT json_build_object(
  'snoozed', snoozed,
  'nextWakeAt', ${isoMoment('next_wake')},
  'nextWakeLocal', ${localTime('next_wake')},
  'excluded', (SELECT count(*) FROM awake WHERE excluded),
  'tooLong', (SELECT count(*) FROM awake WHERE too_long AND NOT excluded),
  'shortest', (
    SELECT json_build_object('title', title, 'effortEstimateMinutes', effort_estimate_minutes)
    FROM awake
    WHERE too_long AND NOT excluded
    ORDER BY coalesce(effort_estimate_minutes, ${ASSUMED_EFFORT_MINUTES}), created_at, number
    LIMIT 1),
  'completedToday', (
    SELECT count(*) FROM tasks t
    WHERE t.user_id = $1 AND t.status = 'completed' AND t.completed_at <= k.at
      AND t.completed_at >= date_trunc('day', k.at AT TIME ZONE k.timezone) AT TIME ZONE k.timezone),
  'anyTask', EXISTS (SELECT FROM tasks t WHERE t.user_id = $1)) AS nothing
FROM clock k CROSS JOIN asleep`;
  return { text, values };
}
