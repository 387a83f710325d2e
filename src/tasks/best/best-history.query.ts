import { SqlParameters } from '../list/sql-parameters.js';
import { isoMoment, taskStatus } from '../task-json.js';

/** What can become of a recommendation. */
export const OUTCOMES = [
  'completed',
  'snoozed',
  'excluded',
  'started',
  'deleted',
  'changed',
  'open',
] as const;

export interface BestHistoryQuery {
  userId: string;
  /** Whether answers to what-if questions are listed too. */
  includeWhatIf: boolean;
  limit: number;
  /** The recommendation after which the page begins, null for the newest. */
  after: BestHistoryPosition | null;
}

export interface BestHistoryPosition {
  timestamp: string;
  id: string;
}

export interface BestHistoryRow extends BestHistoryPosition {
  /** The recommendation as clients read it. */
  json: string;
}

/** The actions that change a task, and what each makes of a recommendation of it. */
const CHANGE_OUTCOME = `
  CASE e.action
    WHEN 'COMPLETE_TASK' THEN 'completed'
    WHEN 'SNOOZE_TASK' THEN 'snoozed'
    WHEN 'DELETE_TASK' THEN 'deleted'
    ELSE CASE e.details->>'status'
      WHEN 'completed' THEN 'completed'
      WHEN 'snoozed' THEN 'snoozed'
      WHEN 'in_progress' THEN CASE WHEN p.details->>'status' = 'in_progress' THEN 'changed' ELSE 'started' END
      ELSE 'changed' END
  END`;

const RECOMMENDATION = `a.user_id = $1 AND a.action = 'GET_BEST_TASK' AND a.result = 'success'`;

/** Not `= 'false'`, of which the planner expects so few that it would sort what the index has in order. */
const REAL = `(a.details->>'whatIf') IS DISTINCT FROM 'true'`;

/**
 * The statement that reads a page of recommendations, newest first, and what became of each: rows like
 * `BestHistoryRow`. It finds them in `audit_logs`, where asking for the best task leaves its only trace.
 *
 * The outcome is the first thing that happened to the task afterwards: a change of it, a question that excluded it, or
 * its disappearance. A change that is none of the named outcomes counts only when nothing else followed; one that left
 * the task at the version that was recommended was none.
 */
export function bestHistoryStatement(query: BestHistoryQuery): { text: string; values: unknown[] } {
  const sql = new SqlParameters();
  for (const value of [query.userId, query.limit]) sql.of(value);
  return {
    text: `
      WITH page AS MATERIALIZED (
        SELECT a.timestamp, a.id, a.resource_id, a.details
        FROM audit_logs a
        WHERE ${RECOMMENDATION} AND a.resource_id IS NOT NULL
          ${query.includeWhatIf ? '' : `AND ${REAL}`} ${olderThan(query.after, sql)}
        ORDER BY a.timestamp DESC, a.id DESC LIMIT $2
      ),
      change AS (
        SELECT p.id AS recommendation, e.timestamp, e.id, ${CHANGE_OUTCOME} AS outcome
        FROM page p JOIN audit_logs e ON e.user_id = $1 AND e.resource_id = p.resource_id
          AND e.action IN ('UPDATE_TASK', 'COMPLETE_TASK', 'SNOOZE_TASK', 'DELETE_TASK')
          AND e.result = 'success' AND e.timestamp >= p.timestamp AND (e.timestamp, e.id) > (p.timestamp, p.id)
        WHERE coalesce((e.details->'version')::int > (p.details->'version')::int, true)
      ),
      exclusion AS (
        SELECT p.id AS recommendation, x.timestamp, x.id, 'excluded' AS outcome
        FROM (
          SELECT a.timestamp, a.id, ref
          FROM audit_logs a CROSS JOIN LATERAL jsonb_array_elements_text(a.details->'excluded') AS ref
          WHERE ${RECOMMENDATION} AND ${REAL}
            AND a.timestamp >= (SELECT min(p.timestamp) FROM page p)
        ) AS x
        JOIN (
          SELECT id, timestamp, resource_id::text AS ref FROM page
          UNION ALL SELECT id, timestamp, details->>'number' FROM page
        ) AS p ON p.ref = x.ref AND (x.timestamp, x.id) > (p.timestamp, p.id)
      ),
      became AS (
        SELECT DISTINCT ON (recommendation) recommendation, timestamp, outcome
        FROM (SELECT * FROM change UNION ALL SELECT * FROM exclusion) AS event
        ORDER BY recommendation, outcome = 'changed', event.timestamp, event.id
      )
      SELECT ${JSON_TEXT} AS json, ${isoMoment('p.timestamp')} AS timestamp, p.id
      FROM page p
      LEFT JOIN became b ON b.recommendation = p.id
      LEFT JOIN tasks t ON t.user_id = $1 AND t.id = p.resource_id
      CROSS JOIN LATERAL (SELECT CASE WHEN t.completed_at >= p.timestamp THEN t.completed_at END AS completed_at) AS c
      ORDER BY p.timestamp DESC, p.id DESC`,
    values: sql.values,
  };
}

/** Falls back to the state of the task for what was done to it by other ways than the API. */
const JSON_TEXT = `json_build_object(
  'requestId', p.id,
  'recommendedAt', ${isoMoment('p.timestamp')},
  'evaluatedAt', p.details->'evaluatedAt',
  'whatIf', p.details->'whatIf',
  'task', json_build_object('id', p.resource_id, 'number', p.details->'number', 'title', t.title, 'status', ${taskStatus()}),
  'score', p.details->'score',
  'weights', p.details->'weights',
  'alternatives', p.details->'alternatives',
  'outcome', coalesce(b.outcome, CASE
    WHEN t.id IS NULL THEN 'deleted' WHEN c.completed_at IS NOT NULL THEN 'completed' ELSE 'open' END),
  'outcomeAt', ${isoMoment('coalesce(b.timestamp, c.completed_at)')})::text`;

/** The first condition is in the second, but only it keeps PostgreSQL away from the partitions of newer months. */
function olderThan(position: BestHistoryPosition | null, sql: SqlParameters): string {
  if (position === null) return '';
  const [timestamp, id] = [sql.of(position.timestamp), sql.of(position.id)];
  return `AND a.timestamp <= ${timestamp} AND (a.timestamp, a.id) < (${timestamp}, ${id})`;
}
