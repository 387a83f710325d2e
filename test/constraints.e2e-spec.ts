import { randomUUID } from 'node:crypto';
import { TestDatabase } from './support/test-database.js';

/** `SQL that must be refused`, under the constraint that refuses it; `$user` is an existing user's id. */
const REFUSED: [constraint: string, statements: string[]][] = [
  ['users_email_check', [email("'nobody'"), email("' a@example.com'"), email("'@example.com'")]],
  ['users_email_key', [email("'SOMEBODY@example.com'")]],
  ['users_plan_check', [`UPDATE users SET plan = 'platinum'`]],
  ['users_pkey', [`INSERT INTO users (id, email) VALUES ($user, 'b@example.com')`]],
  ['sessions_generation_check', [session('generation', '-1')]],
  ['sessions_user_id_fkey', [session('user_id', 'gen_random_uuid()')]],
  ['api_keys_user_id_fkey', [apiKey('user_id', 'gen_random_uuid()')]],
  ['api_keys_name_check', [apiKey('name', `''`), apiKey('name', `' x'`)]],
  ['api_keys_key_hash_check', [apiKey('key_hash', `'mf_plain'`)]],
  ['api_keys_key_hash_key', [apiKey('key_hash', `sha256('taken')`)]],
  [
    'api_keys_scopes_check',
    [
      `'{}'`,
      `'{tasks}'`,
      `'{tasks:read,tasks:read}'`,
      `'{tasks:read,NULL}'`,
      `'{{tasks:read}}'`,
    ].map((scopes) => apiKey('scopes', scopes)),
  ],
  [
    'external_identities_subject_check',
    [`INSERT INTO external_identities VALUES ('https://a.example.com', '', $user)`],
  ],
  [
    'external_identities_user_id_fkey',
    [`INSERT INTO external_identities VALUES ('https://a.example.com', 'a', gen_random_uuid())`],
  ],
  [
    'password_attempts_failures_check',
    [`INSERT INTO password_attempts (user_id, source, failures) VALUES ($user, 'x', -1)`],
  ],
  [
    'password_attempts_user_id_fkey',
    [`INSERT INTO password_attempts (user_id, source) VALUES (gen_random_uuid(), 'x')`],
  ],
  [
    'tasks_user_id_fkey',
    [
      `INSERT INTO tasks (user_id, id, number, title) VALUES (gen_random_uuid(), gen_random_uuid(), 9, 'x')`,
    ],
  ],
  ['tasks_number_check', [task('number', '0'), task('number', '-1')]],
  ['tasks_number_key', [task('number', '1')]],
  [
    'tasks_pkey',
    [`UPDATE tasks SET id = (SELECT id FROM tasks WHERE number = 1) WHERE number = 2`],
  ],
  ['tasks_title_check', [task('title', `''`), task('title', `' '`), task('title', `'x '`)]],
  ['tasks_status_check', [task('status', `'snoozed'`), task('status', `'done'`)]],
  ['tasks_priority_check', [task('priority', '0'), task('priority', '6')]],
  ['tasks_impact_check', [task('impact', '0'), task('impact', '6')]],
  [
    'tasks_effort_estimate_minutes_check',
    [task('effort_estimate_minutes', '0'), task('effort_estimate_minutes', '481')],
  ],
  [
    'tasks_tags_check',
    [
      task('tags', `'{""}'`),
      task('tags', `'{a,a}'`),
      task('tags', `'{NULL}'`),
      task('tags', `'{" a"}'`),
      task('tags', `'{{a},{b}}'`),
      task('tags', `ARRAY[repeat('x', 51)]`),
      task('tags', `ARRAY(SELECT n::text FROM generate_series(1, 21) n)`),
    ],
  ],
  ['tasks_version_check', [task('version', '0')]],
  ['task_counters_last_number_check', ['UPDATE task_counters SET last_number = 0']],
  ['task_counters_user_id_fkey', ['INSERT INTO task_counters VALUES (gen_random_uuid(), 1)']],
  [
    'idempotency_keys_user_id_fkey',
    [
      `INSERT INTO idempotency_keys (user_id, operation, key, fingerprint, task_id, task_version, answer)
       VALUES (gen_random_uuid(), 'createTask', 'k', '', gen_random_uuid(), 1, '{}')`,
    ],
  ],
  ['user_preferences_pkey', ['INSERT INTO user_preferences (user_id) VALUES ($user)']],
  [
    'user_preferences_user_id_fkey',
    ['INSERT INTO user_preferences (user_id) VALUES (gen_random_uuid())'],
  ],
  [
    'user_preferences_weights_check',
    [preferences('weight_urgency = 41'), preferences('weight_effort = 0')],
  ],
  ['user_preferences_weight_urgency_check', outOfBounds('weight_urgency')],
  ['user_preferences_weight_priority_check', outOfBounds('weight_priority')],
  ['user_preferences_weight_impact_check', outOfBounds('weight_impact')],
  ['user_preferences_weight_effort_check', outOfBounds('weight_effort')],
  ['user_preferences_work_time_check', [preferences(`work_end_time = '09:00'`)]],
  ['user_preferences_timezone_check', [preferences(`timezone = 'Nonsense/Nowhere'`)]],
  ['audit_seals_sequence_check', [seal('0, 1, 2, 1')]],
  ['audit_seals_row_count_check', [seal('1, 1, 2, 0')]],
  ['audit_seals_stretch_check', [seal('1, 2, 1, 1')]],
  [
    'user_preferences_work_days_check',
    [`'{}'`, `'{0}'`, `'{8}'`, `'{1,1}'`, `'{NULL}'`, `'{{1},{2}}'`].map((days) =>
      preferences(`work_days = ${days}`),
    ),
  ],
  ['audit_logs_result_check', [auditLog('result', `'maybe'`)]],
  ['audit_logs_request_duration_ms_check', [auditLog('request_duration_ms', '-0.1')]],
  ['audit_logs_status_code_check', [auditLog('status_code', '99'), auditLog('status_code', '600')]],
  ['audit_logs_count_check', [auditLog('count', '0')]],
];

const TOO_LONG = [
  email(`repeat('x', 250) || '@a.org'`),
  apiKey('name', `repeat('x', 101)`),
  task('title', `repeat('x', 257)`),
  task('description', `repeat('x', 2001)`),
  auditLog('trace_id', `repeat('x', 201)`),
  auditLog('client', `repeat('x', 251)`),
];

/** Kept by a trigger, whatever a statement says, so that no statement reaches the constraint. */
const UNREACHABLE = ['tasks_completed_at_check'];

describe('the database', () => {
  const user = randomUUID();
  let database: TestDatabase;
  beforeAll(async () => {
    database = await TestDatabase.create();
    await database.query(`INSERT INTO users (id, email) VALUES ($1, 'somebody@example.com')`, [
      user,
    ]);
    await database.query(
      `INSERT INTO tasks (user_id, id, title) SELECT $1, gen_random_uuid(), 'Task ' || n FROM generate_series(1, 2) n`,
      [user],
    );
    await database.query(apiKey('key_hash', `sha256('taken')`).replace('$user', `'${user}'`));
  });
  afterAll(() => database.drop());

  describe.each(REFUSED)('by %s', (constraint, statements) => {
    it.each(statements)('refuses %s', async (statement) => {
      await expect(
        database.query(statement.replaceAll('$user', `'${user}'`)),
      ).rejects.toMatchObject({
        constraint,
      });
    });
  });

  it('refuses something by every named constraint', async () => {
    const constraints = await database.query<{ name: string }>(
      `SELECT o.conname AS name FROM pg_constraint o
       JOIN pg_class c ON c.oid = o.conrelid AND NOT c.relispartition
       WHERE o.connamespace = 'public'::regnamespace AND o.contype IN ('c', 'f', 'u')
         AND c.relname <> 'migrations'`,
    );
    const tried = [...REFUSED.map(([name]) => name), ...UNREACHABLE];
    expect(constraints.map(({ name }) => name).filter((name) => !tried.includes(name))).toEqual([]);
  });

  it.each(TOO_LONG)('refuses %s because it is too long', async (statement) => {
    await expect(database.query(statement.replaceAll('$user', `'${user}'`))).rejects.toMatchObject({
      code: '22001',
    });
  });
});

function email(value: string): string {
  return `INSERT INTO users (id, email) VALUES (gen_random_uuid(), ${value})`;
}

function session(column: string, value: string): string {
  const columns: Record<string, string> = {
    user_id: '$user',
    id: 'gen_random_uuid()',
    expires_at: 'now()',
  };
  return insert('sessions', { ...columns, [column]: value });
}

function apiKey(column: string, value: string): string {
  const columns: Record<string, string> = {
    user_id: '$user',
    id: 'gen_random_uuid()',
    name: `'Script'`,
    key_hash: 'sha256(gen_random_uuid()::text::bytea)',
    scopes: `'{tasks:read}'`,
  };
  return insert('api_keys', { ...columns, [column]: value });
}

function task(column: string, value: string): string {
  const columns: Record<string, string> = {
    user_id: '$user',
    id: 'gen_random_uuid()',
    title: `'Task'`,
  };
  return insert('tasks', { ...columns, [column]: value });
}

function auditLog(column: string, value: string): string {
  const columns: Record<string, string> = {
    timestamp: 'now()',
    id: 'gen_random_uuid()',
    action: `'GET_TASK'`,
    result: `'success'`,
    request_duration_ms: '1.5',
    method: `'GET'`,
    status_code: '200',
  };
  return insert('audit_logs', { ...columns, [column]: value });
}

function insert(table: string, columns: Record<string, string>): string {
  return `INSERT INTO ${table} (${Object.keys(columns).join(', ')}) VALUES (${Object.values(columns).join(', ')})`;
}

function preferences(assignments: string): string {
  return `UPDATE user_preferences SET ${assignments} WHERE user_id = $user`;
}

function outOfBounds(weight: string): string[] {
  return [preferences(`${weight} = -1`), preferences(`${weight} = 101`)];
}

function seal(values: string): string {
  return `INSERT INTO audit_seals (sequence, from_position, to_position, row_count, month, rows_digest, previous, digest)
    VALUES (${values}, '2030-01-01', '', '', '')`;
}
