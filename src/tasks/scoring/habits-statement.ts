import { type Statement } from './best-statement.js';
import { DAY_PART_TABLE } from './context-tags.js';
import { HABIT_CTES } from './habits.js';
import { isoMoment } from './moments.js';
import { sql } from './sql.js';

/**
 * What was learned about a user, for every part of the day: one row per part with `dayPart`, `tags` (strongest habit first),
 * `values` (theirs, -1 to 1), `counts` (per tag, its completions in this part and in all) and `completions` (how many all of
 * it rests on; 0 when learning is off), with `enabled` and `forgottenAt`. `at` null means now.
 */
export function habitsStatement(userId: string, at: Date | null): Statement {
  const text = sql`
SELECT part.day_part AS "dayPart", learned.habit_tags AS tags, learned.habit_values AS values, learned.counts,
       learned.completions, p.enable_habit_learning AS enabled, ${isoMoment('p.habits_forgotten_at')} AS "forgottenAt"
FROM user_preferences p
CROSS JOIN (SELECT coalesce($2::timestamptz, now()) AS at) AS m
CROSS JOIN ${DAY_PART_TABLE}
CROSS JOIN LATERAL (
  WITH preference AS (
    SELECT p.timezone, p.enable_habit_learning, coalesce(p.habits_forgotten_at, '-infinity') AS habits_forgotten_at,
           m.at, date_part('epoch', m.at) AS epoch, part.part_start, part.part_length
  ),${HABIT_CTES}
  SELECT habit.*, (SELECT count(*)::int FROM completion) AS completions, ARRAY(
    SELECT ARRAY[count(*) FILTER (WHERE now), count(*)]::int[]
    FROM unnest(habit.habit_tags) WITH ORDINALITY AS wanted (tag, place) JOIN completion ON wanted.tag = ANY (tags)
    GROUP BY place ORDER BY place) AS counts
  FROM habit
) AS learned
WHERE p.user_id = $1
ORDER BY part_start`;
  return { text, values: [userId, at] };
}
