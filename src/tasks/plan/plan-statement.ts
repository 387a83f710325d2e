import { type Statement } from '../scoring/best-statement.js';
import { workedUntil } from '../scoring/calendar.js';
import { clockCtes } from '../scoring/clock.js';
import { isoMoment, localTime } from '../scoring/moments.js';
import { LISTED_SCORE } from '../scoring/score-order.js';
import { EFFORT_MINUTES, WORKING_MINUTES_LEFT } from '../scoring/score.js';
import { sql } from '../scoring/sql.js';
import { TASK_JSON } from '../scoring/task-json.js';

/** Tasks considered: the best of all, and the first due. */
const CONSIDERED = 200;

/** Tasks named that wake during the day. */
const SLEEPERS_NAMED = 20;

/** The plan starts when the shift opens, or now when that has passed. */
const PLAN_START = sql`(
  SELECT greatest(coalesce($2::timestamptz, now()), day.opens)
  FROM day)`;

const milliseconds = (moment: string): string => sql`date_part('epoch', ${moment}) * 1000`;
const dueEpoch = "date_part('epoch', t.due_date)";

/**
 * Everything a day's plan is made from. `date` is a day on the user's calendar (`YYYY-MM-DD`; null for today, or for
 * yesterday while the night shift that began then lasts), `at` the present moment (null for now). Returns one row with one
 * column, `plan` (a `PlanRow`), or no row for a user without preferences.
 */
export function planStatement(userId: string, date: string | null, at: Date | null): Statement {
  const text = sql`WITH today AS (
  SELECT timezone, work_start_time, work_end_time, work_days, work_end_time < work_start_time AS overnight,
         coalesce($2::timestamptz, now()) AT TIME ZONE timezone AS local
  FROM user_preferences
  WHERE user_id = $1
),
planned AS (
  SELECT *, coalesce($4::date, local::date - (overnight AND local::time < work_end_time)::int) AS date FROM today
),
day AS (
  SELECT date, extract(isodow FROM date)::int = ANY (work_days) AS at_work,
         (date + work_start_time) AT TIME ZONE timezone AS opens,
         (date + overnight::int + work_end_time) AT TIME ZONE timezone AS closes
  FROM planned
),${clockCtes(PLAN_START)},
scored AS (
  SELECT t.id, t.number, t.created_at, t.due_date, ${LISTED_SCORE} AS score
  FROM clock k JOIN tasks t ON t.user_id = $1 AND t.status IN ('pending', 'in_progress')
),
considered AS (
  (SELECT * FROM scored WHERE score IS NOT NULL ORDER BY score DESC, created_at, number LIMIT ${CONSIDERED})
  UNION
  (SELECT * FROM scored WHERE score IS NOT NULL ORDER BY due_date, created_at, number LIMIT ${CONSIDERED})
)
SELECT json_build_object(
  'date', day.date, 'timezone', k.timezone, 'evaluatedAt', ${isoMoment('k.at')}, 'localTime', ${localTime('k.at')},
  'shift', CASE WHEN day.at_work AND k.at < day.closes THEN
    json_build_object('opens', ${milliseconds('k.at')}, 'closes', ${milliseconds('day.closes')}) END,
  'tasks', coalesce((
    SELECT json_agg(json_build_object(
      'task', ${TASK_JSON}, 'score', c.score, 'effortMinutes', ${EFFORT_MINUTES}, 'due', ${milliseconds('t.due_date')},
      'dueLocal', ${localTime('t.due_date')},
      'workingMinutesLeft', ${WORKING_MINUTES_LEFT},
      'minutesAfterShift', CASE WHEN t.due_date IS NOT NULL THEN greatest(${workedUntil(dueEpoch, 'k')} - greatest(${workedUntil("date_part('epoch', day.closes)", 'k')}, k.worked), 0) / 60 END
    ) ORDER BY c.score DESC, c.created_at, c.number)
    FROM considered c JOIN tasks t ON t.user_id = $1 AND t.id = c.id), '[]'),
  'sleepers', coalesce((
    SELECT json_agg(json_build_object('task', ${TASK_JSON}, 'wakesLocal', ${localTime('t.snoozed_until')})
      ORDER BY t.snoozed_until, t.number)
    FROM (
      SELECT * FROM tasks
      WHERE user_id = $1 AND status IN ('pending', 'in_progress')
        AND snoozed_until > k.at AND snoozed_until < day.closes
      ORDER BY snoozed_until, number
      LIMIT ${SLEEPERS_NAMED}) AS t), '[]')) AS plan
FROM clock k CROSS JOIN day`;
  return { text, values: [userId, at, null, date] };
}
