import { CALENDAR_CTES, workedUntil } from './calendar.js';
import { CONTEXT_CTES, DAY_PART_TABLE } from './context-tags.js';
import { ADJUSTMENT_POINTS } from './curves.js';
import { HABIT_CTES } from './habits.js';
import { sql } from './sql.js';

/**
 * The CTEs behind every score, ending in the one-row `clock`: the moment of scoring and all that depends on the user and
 * the moment alone, computed once per statement so that the rest is arithmetic per task. `moment` is SQL for the moment of
 * scoring. Parameters: `$1` user id (uuid); `$3` weights to try in place of the user's (int[]: urgency, priority, impact,
 * effort; null for the user's own).
 */
export function clockCtes(moment: string): string {
  return sql`
preference AS MATERIALIZED (
  SELECT p.timezone, p.work_start_time, p.work_end_time, p.work_days, p.enable_habit_learning,
         coalesce(p.habits_forgotten_at, '-infinity') AS habits_forgotten_at,
         n.overnight,
         date_part('epoch', p.work_end_time - p.work_start_time + overnight) * cardinality(p.work_days) / 604800 AS weekly_rate,
         coalesce($3::int[], ARRAY[p.weight_urgency, p.weight_priority, p.weight_impact, p.weight_effort]::int[]) AS weights,
         m.at, date_part('epoch', m.at) AS epoch, local, day_part, part_start, part_length
  FROM user_preferences p
  CROSS JOIN (SELECT date_trunc('milliseconds', ${moment}) AS at) AS m
  CROSS JOIN LATERAL (
    SELECT CASE WHEN p.work_end_time < p.work_start_time THEN interval '1 day' ELSE interval '0' END AS overnight
  ) AS n
  CROSS JOIN LATERAL (SELECT m.at AT TIME ZONE p.timezone AS local) AS l
  JOIN ${DAY_PART_TABLE} ON (local - part_start)::time < part_length
  WHERE p.user_id = $1
),${CALENDAR_CTES},${CONTEXT_CTES},${HABIT_CTES},
clock AS MATERIALIZED (
  SELECT p.timezone, p.at, p.epoch, p.local, p.day_part, p.weights,
         p.weights[1]::float8 AS weight_urgency, p.weights[2]::float8 AS weight_priority,
         p.weights[3]::float8 AS weight_impact, p.weights[4]::float8 AS weight_effort,
         ${ADJUSTMENT_POINTS.context} * room AS context_room,
         ${ADJUSTMENT_POINTS.in_progress} * room AS in_progress_room,
         ${ADJUSTMENT_POINTS.habit} * room AS habit_room,
         c.*, ${workedUntil('p.epoch', 'c')} AS worked,
         context.*, habit.*
  FROM preference p
  CROSS JOIN calendar c
  CROSS JOIN context
  CROSS JOIN habit
  CROSS JOIN LATERAL (SELECT (100 - max(weight)) / 100::float8 AS room FROM unnest(p.weights) AS weight) AS adjustment
)`;
}

/** The same for the moment of scoring in `$2` (timestamptz, null for now). */
export const CLOCK_CTES = clockCtes('coalesce($2::timestamptz, now())');
