import { taskJson, taskStatus } from './task-json.js';
import { type TaskRef } from './task-ref.js';

/** The statements about one task of user `$1`, named by `$2`, each as one text per kind of name. */

const RETURNED = `t.id, t.version, ${taskJson()} AS json`;
const ACCEPTED = `($3::int[] IS NULL OR t.version = ANY ($3))`;

/** Numbers the task in the statement that inserts it, so that no number is given twice or skipped. */
export const INSERT_TASK = `
  WITH counter AS (
    INSERT INTO task_counters AS c (user_id, last_number) VALUES ($1, 1)
    ON CONFLICT (user_id) DO UPDATE SET last_number = c.last_number + 1
    RETURNING last_number
  )
  INSERT INTO tasks AS t (user_id, id, number, title, description, status, priority, impact,
    due_date, snoozed_until, effort_estimate_minutes, tags)
  SELECT $1, $2, last_number, $3, $4, $5, $6, $7, $8, $9, $10, $11 FROM counter
  RETURNING ${RETURNED}`;

export const SELECT_TASK = byRef(
  (named) =>
    `SELECT t.id, t.version, ${taskJson()} AS json FROM tasks t WHERE t.user_id = $1 AND ${named}`,
);

/** What decides why a change was refused. */
export const SELECT_STATE = byRef(
  (named) => `
  SELECT t.id, t.version, t.status = 'completed' AS "isCompleted"
  FROM tasks t WHERE t.user_id = $1 AND ${named}`,
);

/** `$3` accepted versions, `$4` the request, `$5` the patch, `$6` whether a completed task is refused. */
export const UPDATE_TASK = updateWith('$5::jsonb');

/** As `UPDATE_TASK`, but leaves an open task as it is. */
export const UPDATE_COMPLETED_TASK = updateWith(
  `CASE WHEN t.status = 'completed' THEN $5::jsonb ELSE '{}' END`,
);

/** As `UPDATE_TASK`, with minutes from now in place of the patch. */
export const SNOOZE_TASK = updateWith(
  `jsonb_build_object('snoozed_until', now() + $5::int * interval '1 minute')`,
);

export const DELETE_TASK = byRef(
  (named) => `DELETE FROM tasks t WHERE t.user_id = $1 AND ${named} AND ${ACCEPTED} RETURNING t.id`,
);

/**
 * What request `$1` has made of a task of user `$2`, for the record; no row when it has not changed it. The request alone
 * says which task it is: the rest leads to it.
 */
export const SELECT_OUTCOME = byRef(outcomeOf, '$3');

function outcomeOf(named: string): string {
  return `
    SELECT t.id AS resource_id, jsonb_build_object('version', t.version, 'status', ${taskStatus()}) AS details
    FROM tasks t WHERE t.last_request_id = $1 AND t.user_id = $2 AND ${named}`;
}

/** A patch that leaves the row as it was leaves its version as well. */
function updateWith(patch: string): Record<TaskRef['column'], string> {
  return byRef(
    (named) => `
    UPDATE tasks t
    SET (title, description, status, priority, impact, due_date, snoozed_until,
         effort_estimate_minutes, tags, version, last_request_id) = (
      SELECT p.title, p.description, p.status, p.priority, p.impact, p.due_date, p.snoozed_until,
             p.effort_estimate_minutes, p.tags, t.version + (p IS DISTINCT FROM t)::int, $4::uuid
      FROM jsonb_populate_record(t, ${patch}) p)
    WHERE t.user_id = $1 AND ${named} AND ${ACCEPTED} AND NOT ($6 AND t.status = 'completed')
    RETURNING ${RETURNED}`,
  );
}

function byRef(
  statement: (named: string) => string,
  name = '$2',
): Record<TaskRef['column'], string> {
  return { id: statement(`t.id = ${name}`), number: statement(`t.number = ${name}`) };
}
