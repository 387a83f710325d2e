import { isoMoment } from './moments.js';
import { sql } from './sql.js';

/** SQL of the task `t` as clients read it, judged at the moment of scoring of the clock `k`. */
export const TASK_JSON = sql`json_build_object(
  'id', t.id, 'number', t.number, 'userId', t.user_id, 'title', t.title, 'description', t.description,
  'status', CASE WHEN t.status <> 'completed' AND t.snoozed_until > k.at THEN 'snoozed' ELSE t.status END,
  'isCompleted', t.status = 'completed', 'priority', t.priority, 'impact', t.impact,
  'dueDate', ${isoMoment('t.due_date')}, 'snoozedUntil', ${isoMoment('t.snoozed_until')},
  'effortEstimateMinutes', t.effort_estimate_minutes, 'tags', t.tags, 'version', t.version,
  'createdAt', ${isoMoment('t.created_at')}, 'updatedAt', ${isoMoment('t.updated_at')},
  'completedAt', ${isoMoment('t.completed_at')})`;
