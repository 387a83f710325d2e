import { type TaskFilters } from '../src/tasks/list/task-filters.js';
import { isReadOffIndex, taskListStatement } from '../src/tasks/list/task-list.query.js';
import {
  type ColumnSort,
  isScoreSort,
  TASK_SORTS,
  taskOrder,
} from '../src/tasks/list/task-order.js';
import { SELECT_OUTCOME, SELECT_TASK, UPDATE_TASK } from '../src/tasks/task-statements.js';
import { TestDatabase } from './support/test-database.js';

const USERS = 5;
const TASKS_PER_USER = 4000;
const userId = '00000000-0000-7000-8000-000000000003';

/** Most tasks are done, one in a hundred is open, one in a thousand sleeps or is called rare. */
const INSERT_TASKS = `
  INSERT INTO tasks (user_id, id, number, title, status, due_date, snoozed_until, created_at)
  SELECT u.id, gen_random_uuid(), i, CASE WHEN i % 1000 = 7 THEN 'rare' ELSE 'common' END || ' task',
    CASE WHEN i % 100 = 0 THEN 'pending' ELSE 'completed' END,
    CASE WHEN i % 3 > 0 THEN now() + i * interval '1 hour' END,
    CASE WHEN i % 1000 = 0 THEN now() + interval '1 day' END,
    now() - i * interval '1 minute'
  FROM users u, generate_series(1, $1::int) AS i`;

/** EXPLAIN of a statement prepared with nulls for its values and planned without looking at them. */
const GENERIC_PLAN = `
  CREATE FUNCTION generic_plan(statement text, parameters int) RETURNS SETOF text
  LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
  BEGIN
    EXECUTE 'PREPARE explained AS ' || statement;
    RETURN QUERY EXECUTE format('EXPLAIN EXECUTE explained(%s)',
      array_to_string(array_fill('NULL'::text, ARRAY[parameters]), ', '));
    DEALLOCATE explained;
  END $$`;

describe('plans of the statements about tasks', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await TestDatabase.create();
    await database.query(
      `INSERT INTO users (id, email)
       SELECT ('00000000-0000-7000-8000-' || lpad(i::text, 12, '0'))::uuid, i || '@example.com'
       FROM generate_series(1, $1::int) AS i`,
      [USERS],
    );
    await database.query(INSERT_TASKS, [TASKS_PER_USER]);
    await database.query('ANALYZE tasks');
    await database.query(GENERIC_PLAN);
  });
  afterAll(() => database.drop());

  /** The relations that the plan reads, each as `index` or, without one, as `Seq Scan`. */
  async function scans(text: string, values: unknown[]): Promise<Set<string>> {
    const rows = await database.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${text}`, values);
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    const found = plan.matchAll(
      /Index (?:Only )?Scan(?: Backward)? (?:using|on) (\w+)|(Seq Scan)/g,
    );
    return new Set([...found].map(([, index, sequential]) => index ?? sequential ?? ''));
  }

  const list = (filters: TaskFilters, sort: ColumnSort, after: (string | number | null)[] | null) =>
    taskListStatement({ userId, filters, order: taskOrder(sort), limit: 50, after, moment: null });

  const soon = new Date(Date.now() + 50 * 3_600_000);
  const key = soon.toISOString();

  it.each<[string, TaskFilters, ColumnSort, (string | number | null)[] | null]>([
    ['tasks_created_at_idx', {}, '-createdAt', null],
    ['tasks_created_at_idx', {}, '-createdAt', [key, 2000]],
    ['tasks_created_at_idx', {}, 'createdAt', [key, 2000]],
    ['tasks_created_at_idx', { status: ['completed'] }, '-createdAt', null],
    ['tasks_number_key', {}, 'number', null],
    ['tasks_number_key', {}, '-number', [2000]],
    ['tasks_due_date_idx', {}, 'dueDate', null],
    ['tasks_due_date_idx', {}, '-dueDate', null],
    ['tasks_due_date_idx', {}, '-dueDate', [key, 2000]],
    ['tasks_due_date_idx', {}, 'dueDate', [null, 2000]],
    ['tasks_due_date_idx', { dueBefore: soon }, '-createdAt', null],
    ['tasks_open_idx', { status: ['pending'] }, '-createdAt', null],
    ['tasks_open_idx', { status: ['in_progress', 'pending'] }, '-createdAt', null],
    ['tasks_snoozed_until_idx', { status: ['snoozed'] }, '-createdAt', null],
    ['tasks_search_idx', { q: 'rare' }, '-createdAt', null],
  ])('read %s for %j by %s after %j', async (index, filters, sort, after) => {
    const { text, values } = list(filters, sort, after);
    const read = await scans(text, values);
    expect(read).toContain(index);
    expect(read).not.toContain('Seq Scan');
  });

  /** The plan that a prepared statement settles on, whatever its values are. */
  async function genericPlan(text: string, values: unknown[]): Promise<string> {
    const rows = await database.query<{ plan: string }>(`SELECT generic_plan($1, $2) AS plan`, [
      text,
      values.length,
    ]);
    return rows.map(({ plan }) => plan).join('\n');
  }

  it.each(TASK_SORTS.filter((sort): sort is ColumnSort => !isScoreSort(sort)))(
    'sort what they read by %s unless an index has it in that order',
    async (sort) => {
      const { text, values } = list({}, sort, null);
      const plan = await genericPlan(text, values);
      const reading = plan.slice(plan.indexOf('Limit'));
      const order = taskOrder(sort);
      const request = { userId, filters: {}, order, limit: 50, after: null, moment: null };
      expect(reading.includes('Sort')).toBe(!isReadOffIndex(request));
    },
  );

  it('settle on the same indexes once they are prepared', async () => {
    const { text, values } = list({}, '-createdAt', [key, 2000]);
    const paged = await genericPlan(text, values);
    expect(paged).toContain('using tasks_created_at_idx');
    expect(paged).not.toContain('Sort');
    const open = list({ status: ['in_progress', 'pending'] }, '-createdAt', null);
    expect(await genericPlan(open.text, open.values)).toContain('tasks_open_idx');
  });

  it('find one task by the key of its name', async () => {
    const id = '01890a5d-ac96-774b-bcce-b302099a8057';
    expect(await scans(SELECT_TASK.id, [userId, id])).toEqual(new Set(['tasks_pkey']));
    expect(await scans(SELECT_TASK.number, [userId, 7])).toEqual(new Set(['tasks_number_key']));
    const request = '01890a5d-ac96-774b-bcce-b302099a8058';
    const change = [null, request, '{}', false];
    expect(await scans(UPDATE_TASK.id, [userId, id, ...change])).toContain('tasks_pkey');
    expect(await scans(UPDATE_TASK.number, [userId, 7, ...change])).toContain('tasks_number_key');
    const made = [request, userId];
    expect(await scans(SELECT_OUTCOME.id, [...made, id])).toEqual(new Set(['tasks_pkey']));
    expect(await scans(SELECT_OUTCOME.number, [...made, 7])).toEqual(new Set(['tasks_number_key']));
  });

  it('find the few completed tasks of those who complete little by their status', async () => {
    await database.query(
      `UPDATE tasks SET status = CASE WHEN status = 'completed' THEN 'pending' ELSE 'completed' END`,
    );
    await database.query('ANALYZE tasks');
    const { text, values } = list({ status: ['completed'] }, '-createdAt', null);
    const read = [...(await scans(text, values))];
    expect(read).toHaveLength(1);
    expect(['tasks_status_idx', 'tasks_completed_idx']).toContain(read[0]);
  });
});
