import fc from 'fast-check';
import { type TaskResponse } from '../../src/tasks/dto/task.response.js';
import { TASK_STATUSES, type TaskStatus } from '../../src/tasks/dto/task-status.js';
import { type ColumnSort, isScoreSort, TASK_SORTS } from '../../src/tasks/list/task-order.js';
import { type TestDatabase } from './test-database.js';

/** The query of a list, as a client means it. */
export interface TaskQuery {
  status?: TaskStatus[];
  tag?: string[];
  q?: string;
  dueBefore?: string;
  dueAfter?: string;
  minPriority?: number;
  sort?: ColumnSort;
}

/** The sorts by what a client can see. */
export const COLUMN_SORTS = TASK_SORTS.filter((sort) => !isScoreSort(sort));

const DAYS = fc
  .integer({ min: 1, max: 28 })
  .map((day) => `2031-01-${String(day).padStart(2, '0')}`);
const MOMENTS = DAYS.map((day) => `${day}T00:00:00.000Z`);

/** Queries that meet the values that `insertRandomTasks` makes. */
export const QUERIES: fc.Arbitrary<TaskQuery> = fc.record(
  {
    status: fc.array(fc.constantFrom(...TASK_STATUSES), { minLength: 1, maxLength: 4 }),
    tag: fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 2 }),
    q: fc.constantFrom('odd', 'even'),
    dueBefore: MOMENTS,
    dueAfter: MOMENTS,
    minPriority: fc.integer({ min: 1, max: 5 }),
    sort: fc.constantFrom(...COLUMN_SORTS),
  },
  { requiredKeys: [] },
);

/** Tasks of every kind, with many equal values, straight into the table. */
export async function insertRandomTasks(
  database: TestDatabase,
  userId: string,
  count: number,
): Promise<void> {
  await database.query(
    `INSERT INTO tasks (user_id, id, title, status, priority, due_date, snoozed_until, tags, created_at, updated_at)
     SELECT $1, gen_random_uuid(), 'task ' || CASE WHEN i % 2 = 0 THEN 'even' ELSE 'odd' END,
       (ARRAY['pending', 'in_progress', 'completed'])[1 + floor(random() * 3)],
       1 + floor(random() * 5),
       CASE WHEN random() < 0.7 THEN timestamptz '2031-01-01Z' + floor(random() * 28) * interval '1 day' END,
       CASE WHEN random() < 0.4 THEN now() + (floor(random() * 2) * 2 - 1) * interval '1 day' END,
       (ARRAY['{}', '{a}', '{b}', '{a,b}', '{a,b,c}'])[1 + floor(random() * 5)]::text[],
       now() - floor(random() * 20) * interval '1 hour',
       now() - floor(random() * 20) * interval '1 hour'
     FROM generate_series(1, $2::int) AS i`,
    [userId, count],
  );
}

/** What a list of these tasks must be: filtered and sorted by hand. */
export function listedFrom(tasks: TaskResponse[], query: TaskQuery): TaskResponse[] {
  const sort = query.sort ?? '-createdAt';
  const sign = sort.startsWith('-') ? -1 : 1;
  const key = sort.replace('-', '') as 'createdAt' | 'dueDate' | 'priority' | 'number';
  return tasks
    .filter((task) => matches(task, query))
    .sort((a, b) => compared(a[key], b[key], sign) || sign * (a.number - b.number));
}

function compared(a: string | number | null, b: string | number | null, sign: number): number {
  if (a === b) return 0;
  if (a === null || b === null) return a === null ? 1 : -1;
  return a < b ? -sign : sign;
}

function matches(task: TaskResponse, query: TaskQuery): boolean {
  const { status, tag = [], q = '', minPriority = 1 } = query;
  return [
    status?.includes(task.status) ?? true,
    tag.every((wanted) => task.tags.includes(wanted)),
    task.title.includes(q),
    task.priority >= minPriority,
    isDueWithin(task, query),
  ].every(Boolean);
}

function isDueWithin({ dueDate }: TaskResponse, { dueAfter, dueBefore }: TaskQuery): boolean {
  if (dueAfter === undefined && dueBefore === undefined) return true;
  return dueDate !== null && dueDate >= (dueAfter ?? '') && dueDate < (dueBefore ?? '9');
}
