/** Before the other in the order of ids. */
export const RICH_ID = '00000000-0000-4000-8000-00000000000a';
export const POOR_ID = '00000000-0000-4000-8000-00000000000b';
/** Before both, with an account and nothing else. */
export const NOBODY_ID = '00000000-0000-4000-8000-000000000001';

const HOUR_MS = 3_600_000;
const today = new Date().toISOString().slice(0, 10);

/** Where the parts of the record begin and end that do not grow while somebody asks. */
export const RECORDED = {
  from: new Date(Date.now() - 48 * HOUR_MS).toISOString(),
  to: new Date(Date.now() - HOUR_MS).toISOString(),
};

/** The moment of what-if questions: some tasks sleep then that wake later on that day. */
export const AT = `${today}T10:00:00.000Z`;

const DAY = `timestamptz '${today} 00:00Z'`;
const THEN = `timestamptz '${new Date(Math.floor(Date.now() / HOUR_MS - 2) * HOUR_MS).toISOString()}'`;

/** The task that was recommended, whoever was asked. */
export const FIRST_TASK_ID = '3d29ea98-77fc-1062-833d-d5e7ba6b7492';

/** The same for the same number of every user: ids are only unique within what is somebody's. */
const taskId = (number: string) => `md5('task ' || ${number})::uuid`;

/** What a person has, for every table: SQL with what differs between people in braces. */
export const POSSESSIONS = [
  `UPDATE user_preferences SET (weight_urgency, weight_priority, weight_impact, weight_effort) = ROW({weights}),
     timezone = '{timezone}', work_days = '{1,2,3,4,5,6,7}' WHERE user_id = '{id}'`,

  `INSERT INTO sessions (user_id, id, expires_at, revoked_at, client) VALUES
     ('{id}', '{session}', now() + interval '1 day', NULL, 'here'),
     ('{id}', md5('{id} expired')::uuid, now() - interval '1 hour', NULL, 'expired'),
     ('{id}', md5('{id} revoked')::uuid, now() + interval '1 day', now(), 'revoked')`,

  // Some are completed, some sleep, some are not due. Those of the rich are more urgent, more important and shorter than
  // any other, and were done at other times of the day: some on this day.
  `INSERT INTO tasks (user_id, id, number, title, status, priority, impact, due_date, snoozed_until,
     effort_estimate_minutes, tags, created_at, completed_at)
   SELECT '{id}', ${taskId('n')}, n, 'Water the garden ' || n || ' of {tasks}',
     CASE WHEN is_completed THEN 'completed' ELSE 'pending' END,
     CASE WHEN {isRich} THEN 5 ELSE 1 + n % 3 END, CASE WHEN {isRich} THEN 5 ELSE 1 + n % 2 END,
     CASE WHEN n % 5 > 0 THEN ${DAY} + (CASE WHEN {isRich} THEN -n ELSE 2 * n END) * interval '5 hours' END,
     CASE WHEN n % 7 = 4 AND NOT is_completed THEN ${DAY} + interval '15 hours' END,
     CASE WHEN {isRich} THEN 1 ELSE 10 + n END,
     CASE WHEN n % 2 = 0 THEN ARRAY['home'] ELSE ARRAY['work'] END,
     timestamptz '2020-01-01 00:00Z' + n * interval '1 hour' + {tasks} * interval '1 minute',
     CASE WHEN is_completed THEN ${DAY} - n * interval '1 minute'
       + interval '1 hour' * CASE WHEN {isRich} THEN 9 - n % 2 * 13 ELSE n % 2 * 13 - 28 END END
   FROM generate_series(1, {tasks}) n CROSS JOIN LATERAL (SELECT (n + {tasks}) % 3 = 0 AS is_completed) AS c`,
  `INSERT INTO task_counters (user_id, last_number) VALUES ('{id}', {tasks})`,

  `INSERT INTO api_keys (user_id, id, name, key_hash, scopes, expires_at)
   SELECT '{id}', CASE n WHEN 1 THEN '{apiKey}' ELSE md5('{id} key ' || n)::uuid END, 'Script ' || n,
     sha256(('{id}' || n)::bytea), '{tasks:read}', CASE WHEN n > {apiKeys} THEN now() - interval '1 day' END
   FROM generate_series(1, {apiKeys} + 1) n`,

  `INSERT INTO external_identities (issuer, subject, user_id) VALUES ('https://issuer.example', '{id}', '{id}')`,

  `INSERT INTO password_attempts (user_id, source, failures, failed_at) VALUES ('{id}', 'elsewhere', {failures}, now())`,
  `INSERT INTO password_attempts (user_id, source, succeeded_at)
   SELECT '{id}', network, now() FROM unnest(ARRAY['network 127.0.0.1', 'network 192.0.2.1']) AS network
   WHERE {isRich}`,

  `INSERT INTO idempotency_keys (user_id, operation, key, fingerprint, task_id, task_version, answer, expires_at)
   SELECT '{id}', 'createTask', key, 'x', '{session}', 1, '{"title": "{id}"}', now() + validity
   FROM (VALUES ('kept', interval '1 hour'), ('over', interval '-1 hour')) AS keys (key, validity)
   WHERE {isRich}`,

  // Recommended was always the first task. What the rich do with it comes between what the others do.
  `INSERT INTO audit_logs (timestamp, id, user_id, action, resource_id, result, request_duration_ms, method, route,
     status_code, client, details)
   SELECT ${THEN} - n * interval '1 minute' + CASE WHEN {isRich} THEN interval '90 seconds' ELSE interval '0' END,
     md5('{id} request ' || n)::uuid, '{id}',
     (ARRAY[CASE WHEN {isRich} THEN 'SNOOZE_TASK' ELSE 'COMPLETE_TASK' END, 'GET_BEST_TASK', 'LIST_TASKS'])[1 + kind],
     CASE WHEN kind < 2 THEN ${taskId('1')} END, 'success', {tasks} + n, 'GET', '/api/tasks', 200, 'here',
     CASE kind WHEN 1 THEN '{"number": 1, "version": 1, "status": "pending", "whatIf": false, "score": 50}'::jsonb END
   FROM generate_series(1, {tasks}) n CROSS JOIN LATERAL (SELECT (n + {tasks}) % 3 AS kind) AS k`,
  `INSERT INTO audit_logs (timestamp, id, user_id, action, result, request_duration_ms, method, status_code, details)
   SELECT ${THEN} - n * interval '1 minute' + interval '5 seconds', md5('{id} refusal ' || n)::uuid, '{id}',
     'GET_BEST_TASK', 'success', 1, 'GET', 200, '{"excluded": ["1"]}'
   FROM generate_series(1, 20) n WHERE {isRich}`,
];
