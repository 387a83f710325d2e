import { HABITS } from './curves.js';
import { sql } from './sql.js';

/** What is older weighs nothing; PostgreSQL refuses powers too small for a number. */
const FAR_PAST_HALF_LIVES = 100;

/**
 * What the user's own completions say about this part of the day, one row. Reads `preference`.
 *
 * For each tag, the share of its completions that fell into the present part of the day is compared with the same share
 * of all completions. Recent ones count more, and a tag starts from the general share, so that it takes evidence to
 * differ from it. The difference, scaled to -1 (never now) .. 1 (always now), is the tag's habit.
 *
 * `habit_tags` holds the tags with a habit, strongest first, and `habit_values` theirs; both are empty when learning is
 * off, which leaves no trace of history in any answer.
 */
export const HABIT_CTES = sql`
completion AS (
  SELECT c.tags,
         power(0.5, least(${FAR_PAST_HALF_LIVES}, (p.epoch - date_part('epoch', c.completed_at)) / ${HABITS.halfLifeDays * 86_400})) AS weight,
         (c.completed_at AT TIME ZONE p.timezone - p.part_start)::time < p.part_length AS now
  FROM preference p
  CROSS JOIN LATERAL (
    SELECT t.tags, t.completed_at
    FROM tasks t
    WHERE t.user_id = $1
      AND t.status = 'completed'
      AND t.completed_at <= p.at
      AND t.completed_at > p.habits_forgotten_at
    ORDER BY t.completed_at DESC
    LIMIT ${HABITS.completions}
  ) AS c
  WHERE p.enable_habit_learning
),
usual AS (
  SELECT (coalesce(sum(weight) FILTER (WHERE now), 0) + 1) / (coalesce(sum(weight), 0) + 4) AS share FROM completion
),
learned AS (
  SELECT tag, usual.share AS usual_share,
         (coalesce(sum(weight) FILTER (WHERE now), 0) + ${HABITS.doubt} * usual.share) / (sum(weight) + ${HABITS.doubt}) AS share
  FROM (SELECT unnest(tags) AS tag, weight, now FROM completion) AS done CROSS JOIN usual
  GROUP BY tag, usual.share
),
habit AS (
  SELECT coalesce(array_agg(tag), '{}') AS habit_tags, coalesce(array_agg(value), '{}') AS habit_values
  FROM (
    SELECT tag, value
    FROM learned
    CROSS JOIN LATERAL (
      SELECT CASE WHEN share > usual_share THEN (share - usual_share) / (1 - usual_share) ELSE share / usual_share - 1 END AS value
    ) AS v
    WHERE abs(value) >= ${HABITS.faintest}
    ORDER BY abs(value) DESC, tag
  ) AS strongest_first
)`;
