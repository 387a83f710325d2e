import { CALENDAR_DAYS } from './curves.js';
import { sql } from './sql.js';

/**
 * The user's working calendar as one row, ready for a binary search per task. Reads the CTE `preference`.
 *
 * A shift belongs to the local day it starts on and ends the next day when `work_end_time` is before `work_start_time`.
 * Both ends are turned into moments one by one, so a shift across a clock change has its true length. A local time that
 * does not exist is moved forward by the gap, one that exists twice is taken the second time (PostgreSQL's rule).
 *
 * All times are Unix seconds. For the j-th shift: `shift_opens[j]`; `shift_lead[j]`, its opening minus the working seconds
 * before it; `shift_total[j]`, the working seconds until its close. After `horizon`, the last close, working time passes at
 * `weekly_rate`, the week's average.
 */
export const CALENDAR_CTES = sql`
shift AS (
  SELECT date_part('epoch', (day + p.work_start_time) AT TIME ZONE p.timezone) AS opens,
         date_part('epoch', (day + p.work_end_time + p.overnight) AT TIME ZONE p.timezone) AS closes
  FROM preference p
  CROSS JOIN LATERAL (
    SELECT p.local::date + n AS day FROM generate_series(-2, ${CALENDAR_DAYS - 1}) AS n OFFSET 0
  ) AS local_day
  WHERE extract(isodow FROM day)::int = ANY (p.work_days)
),
disjoint_shift AS (
  SELECT greatest(opens, max(closes) OVER (ORDER BY opens ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)) AS opens,
         closes
  FROM shift
),
worked AS (
  SELECT opens, closes - opens AS seconds, sum(closes - opens) OVER (ORDER BY opens) AS total
  FROM disjoint_shift
  WHERE closes > opens
  ORDER BY opens
),
calendar AS (
  SELECT array_agg(opens) AS shift_opens,
         array_agg(opens - (total - seconds)) AS shift_lead,
         array_agg(total) AS shift_total,
         max(opens + seconds) AS horizon,
         max(total) AS worked_in_all,
         (SELECT weekly_rate FROM preference) AS weekly_rate
  FROM worked
)`;

/**
 * SQL for the working seconds from the calendar's beginning until `epoch` (SQL, Unix seconds), given the clock's alias.
 * Non-decreasing and continuous in `epoch`; only differences of two such values mean something.
 */
export function workedUntil(epoch: string, clock: string): string {
  const shift = sql`width_bucket(${epoch}, ${clock}.shift_opens)`;
  return sql`(coalesce(least(${epoch} - ${clock}.shift_lead[${shift}], ${clock}.shift_total[${shift}]), 0)
    + greatest(${epoch} - ${clock}.horizon, 0) * ${clock}.weekly_rate)`;
}
