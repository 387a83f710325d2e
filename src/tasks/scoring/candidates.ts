import { RATING, UNDATED, URGENCY } from './curves.js';
import { ACTIONABLE, FACTOR_HUNDREDTHS, rating, SCORE } from './score.js';
import { sql } from './sql.js';

/*
 * Finding the best without scoring everything. Open tasks lie in an index by (priority, impact, due date, created at), and
 * within a cell of equal priority and impact an earlier due date or a greater age can only help. So: score a few tasks of the
 * most important cells; the last of those that would make the answer sets the bar; then read of each cell only the dates and
 * ages that can still reach it, whatever the effort and the adjustments. What is not read scores less than what is answered.
 * With fewer tasks than asked for, the bar is 0 and everything is read.
 *
 * `OFFSET 0` keeps PostgreSQL from writing an expression out wherever its name stands, which would double it at every step.
 */

/** The longest estimate a task may have, in minutes. */
const LONGEST_EFFORT_MINUTES = 480;

/** Tasks scored to set the bar: a few of each cell, from the most important cell down. */
const PROBES_PER_CELL = 8;
const PROBES = 48;

/** How far rounding each of seven terms can lift a score, in hundredths. */
const ROUNDING = 4;

/** No due date lies beyond this, in Unix seconds; keeps arithmetic within what a timestamp can hold. */
const FAR_FUTURE = 1e11;

/** No age in days matters beyond this. */
const FAR_PAST_DAYS = 36_500;

const ratings = sql`generate_series(${RATING.lowest}, ${RATING.highest})`;

/** What working time must give at least, of an urgency of at least `urgency`, however near the date. */
const slackPart = sql`((urgency - ${URGENCY.floor}) / (1 - ${URGENCY.floor}) - ${URGENCY.calendarShare}) / (1 - ${URGENCY.calendarShare})`;

/** The most working seconds until then, for the longest task. */
const secondsUntil = sql`(${URGENCY.halfSlack} / slack_part - ${URGENCY.halfSlack}) * ${60 * (LONGEST_EFFORT_MINUTES + URGENCY.marginMinutes)}`;

/** The days an undated task must have waited for an urgency of at least `urgency`. */
const daysWaited = sql`${UNDATED.halfAgeDays} * (${UNDATED.ceiling} - ${UNDATED.floor}) / (${UNDATED.ceiling} - urgency) - ${UNDATED.halfAgeDays}`;

/**
 * The CTEs that end in `best`: `id`, `number`, `created_at` and `score` of the `$4` best tasks. They read `clock`.
 * `filter` is SQL over `t` to follow a WHERE clause (`AND …`, or empty).
 */
export function candidateCtes(filter: string): string {
  const tasksOf = (cell: string): string => sql`
    SELECT t.id, t.number, t.status, t.priority, t.impact, t.due_date, t.effort_estimate_minutes, t.tags, t.created_at
    FROM tasks t
    WHERE t.user_id = $1 AND t.priority = ${cell}.priority AND t.impact = ${cell}.impact AND ${ACTIONABLE}${filter}`;
  return sql`
cell AS (
  SELECT priority, impact,
         (${rating('priority')} * k.weight_priority + ${rating('impact')} * k.weight_impact) * 100 AS hundredths
  FROM clock k CROSS JOIN ${ratings} AS priority CROSS JOIN ${ratings} AS impact
  ORDER BY hundredths DESC
),
probe AS (
  SELECT ${SCORE} AS score
  FROM cell CROSS JOIN clock k CROSS JOIN LATERAL (${tasksOf('cell')}
    ORDER BY t.due_date, t.created_at
    LIMIT ${PROBES_PER_CELL}
  ) AS t
  LIMIT ${PROBES}
),
bar AS (
  SELECT coalesce((SELECT score FROM probe ORDER BY score DESC OFFSET $4::int - 1 LIMIT 1), 0) * 100 AS hundredths,
         (k.context_room + k.in_progress_room + k.habit_room
           * greatest((SELECT max(value) FROM unnest(k.habit_values) AS value), 0)) * 100 + ${ROUNDING} AS most_lift
  FROM clock k
),
wanted AS (
  SELECT priority, impact, urgency
  FROM cell CROSS JOIN bar CROSS JOIN clock k
  CROSS JOIN LATERAL (
    SELECT bar.hundredths - bar.most_lift - cell.hundredths - k.weight_effort * 100 AS missing OFFSET 0
  ) AS gap
  CROSS JOIN LATERAL (
    SELECT CASE WHEN missing <= 0 THEN 0 ELSE missing / nullif(k.weight_urgency * 100, 0) END AS urgency OFFSET 0
  ) AS least
  WHERE urgency BETWEEN 0 AND 1
),
reach AS (
  SELECT priority, impact,
         to_timestamp(least(${FAR_FUTURE}, CASE
           WHEN slack_part <= 0 THEN 'infinity'
           WHEN worked_then >= k.worked_in_all THEN k.horizon + (worked_then - k.worked_in_all) / k.weekly_rate
           ELSE worked_then + k.shift_lead[width_bucket(worked_then, k.shift_total) + 1] END)) AS due_until,
         CASE
           WHEN urgency <= ${UNDATED.floor} THEN 'infinity'
           WHEN urgency >= ${UNDATED.ceiling} THEN '-infinity'
           ELSE k.at - least(${FAR_PAST_DAYS}, ${daysWaited}) * interval '1 day' + interval '1 second' END AS created_until
  FROM wanted CROSS JOIN clock k
  CROSS JOIN LATERAL (SELECT ${slackPart} AS slack_part OFFSET 0) AS share
  CROSS JOIN LATERAL (SELECT CASE WHEN slack_part > 0 THEN k.worked + ${secondsUntil} + 1 END AS worked_then OFFSET 0) AS latest
),
best AS (
  SELECT t.id, t.number, t.created_at, ${SCORE} AS score
  FROM reach CROSS JOIN clock k CROSS JOIN bar CROSS JOIN LATERAL (${tasksOf('reach')}
      AND t.due_date BETWEEN '-infinity' AND reach.due_until
    UNION ALL${tasksOf('reach')}
      AND t.due_date IS NULL AND t.created_at BETWEEN '-infinity' AND reach.created_until
  ) AS t
  WHERE ${FACTOR_HUNDREDTHS} + bar.most_lift >= bar.hundredths
  ORDER BY score DESC, created_at, number
  LIMIT $4::int
)`;
}
