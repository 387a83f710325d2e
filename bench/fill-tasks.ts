import { type BenchDatabase } from './postgres/bench-database.js';

/** How long ago the oldest task was made. */
const AGE = `interval '1 year'`;

const WORDS = `ARRAY['Write the report', 'Call the plumber', 'Review the draft', 'Book the flights', 'Pay the invoice',
  'Plan the offsite', 'Read the paper', 'Fix the fence']`;
const TAGS = `ARRAY['home', 'work', 'deep-work', 'errand', 'reading', 'finance', 'garden', 'calls']`;

/** As an id made by the application: time first (UUID v7), so that rows arrive in the order of their keys. */
const ID = `(lpad(to_hex((extract(epoch FROM created_at) * 1000)::bigint), 12, '0') || '7' ||
  substr(md5(user_id::text || number), 1, 3) || '8' || substr(md5(number || user_id::text), 1, 15))::uuid`;

/**
 * Gives each user tasks as they gather over a year: most of them open, two thirds with a due date, some with descriptions
 * and tags. Every row is different, and the same call makes the same rows but for the users' ids and the time.
 *
 * @param openShare how many of ten tasks are open
 */
export async function fillTasks(
  database: BenchDatabase,
  userIds: string[],
  { perUser, openShare = 7 }: { perUser: number; openShare?: number },
): Promise<void> {
  await database.query(
    `INSERT INTO tasks (user_id, id, number, title, description, status, priority, impact, due_date,
       effort_estimate_minutes, tags, created_at, updated_at, completed_at)
     SELECT user_id, ${ID}, number,
       (${WORDS})[1 + number % 8] || ' no. ' || number,
       CASE WHEN number % 2 = 0 THEN repeat('What there is to know about it, in a sentence or two. ', 1 + number % 4) END,
       CASE WHEN number % 10 >= ${String(openShare)} THEN 'completed' WHEN number % 7 = 0 THEN 'in_progress' ELSE 'pending' END,
       1 + (number * 7 + 3) % 5, 1 + (number * 3 + 1) % 5,
       CASE WHEN number % 3 > 0 THEN date_trunc('minute', now()) + (number * 37 % 1440 - 200) * interval '1 hour' END,
       CASE WHEN number % 4 > 0 THEN 15 * (1 + number * 11 % 16) END,
       (${TAGS})[1 + number % 5 : number % 5 + number % 3],
       created_at, created_at, CASE WHEN number % 10 >= ${String(openShare)} THEN created_at END
     FROM (
       SELECT user_id, number,
         date_trunc('milliseconds', now() - ${AGE} + ${AGE} * (number::float8 / ($2 + 1))) AS created_at
       FROM unnest($1::uuid[]) AS user_id CROSS JOIN generate_series(1, $2::int) AS number
     ) AS t`,
    [userIds, perUser],
  );
  await database.query(
    `INSERT INTO task_counters (user_id, last_number) SELECT unnest($1::uuid[]), $2`,
    [userIds, perUser],
  );
}
