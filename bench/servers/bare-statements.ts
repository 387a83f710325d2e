import { taskJson, taskStatus } from '../../src/tasks/task-json.js';

/** The columns of a task under the names that clients read. */
const RETURNED = `t.id, t.number, t.user_id AS "userId", t.title, t.description, ${taskStatus()} AS status,
  t.status = 'completed' AS "isCompleted", t.priority, t.impact, t.due_date AS "dueDate",
  t.snoozed_until AS "snoozedUntil", t.effort_estimate_minutes AS "effortEstimateMinutes", t.tags, t.version,
  t.created_at AS "createdAt", t.updated_at AS "updatedAt", t.completed_at AS "completedAt"`;

const NEWEST = 'ORDER BY t.created_at DESC, t.number DESC LIMIT $2';
const BEFORE = 'AND (t.created_at, t.number) < ($3::timestamptz, $4::int)';

export const GET = `SELECT ${RETURNED} FROM tasks t WHERE t.user_id = $1 AND t.id = $2`;

export const LIST = `SELECT ${RETURNED} FROM tasks t WHERE t.user_id = $1 ${NEWEST}`;
export const LIST_FROM = `SELECT ${RETURNED} FROM tasks t WHERE t.user_id = $1 ${BEFORE} ${NEWEST}`;

/** The same pages as one JSON text, with what the next cursor needs of each task. */
const asJson = (condition: string) => `
  SELECT string_agg(${taskJson()}, ',' ORDER BY t.created_at DESC, t.number DESC)
      FILTER (WHERE t.position < $2) AS items,
    count(*) = $2 AS "hasMore",
    min(t.created_at::text || ' ' || t.number) FILTER (WHERE t.position = $2 - 1) AS last
  FROM (
    SELECT t.*, row_number() OVER (ORDER BY t.created_at DESC, t.number DESC) AS position
    FROM (SELECT t.* FROM tasks t WHERE t.user_id = $1 ${condition} ${NEWEST}) t
  ) t`;
export const LIST_JSON = asJson('');
export const LIST_JSON_FROM = asJson(BEFORE);

export const CREATE = `
  WITH counter AS (
    INSERT INTO task_counters AS c (user_id, last_number) VALUES ($1, 1)
    ON CONFLICT (user_id) DO UPDATE SET last_number = c.last_number + 1
    RETURNING last_number
  )
  INSERT INTO tasks AS t (user_id, id, number, title, description, priority, impact, due_date,
    effort_estimate_minutes, tags)
  SELECT $1, $2, last_number, $3, $4, $5, $6, $7, $8, $9 FROM counter
  RETURNING ${RETURNED}`;

const COLUMNS: Partial<Record<string, string>> = {
  title: 'title',
  description: 'description',
  priority: 'priority',
  impact: 'impact',
  dueDate: 'due_date',
  effortEstimateMinutes: 'effort_estimate_minutes',
  tags: 'tags',
};

/** Sets the given fields, so there is one text for each set of fields. */
export function updateOf(fields: string[]): string {
  const assignments = fields.map(
    (field, index) => `${COLUMNS[field] ?? ''} = $${String(index + 3)}`,
  );
  return `UPDATE tasks t SET ${[...assignments, 'version = version + 1'].join(', ')}
    WHERE t.user_id = $1 AND t.id = $2 RETURNING ${RETURNED}`;
}
