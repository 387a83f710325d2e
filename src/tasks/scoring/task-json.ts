import { taskJson } from '../task-json.js';
import { sql } from './sql.js';

/** SQL of the task `t` as clients read it, judged at the moment of scoring of the clock `k`. */
export const TASK_JSON = sql`${taskJson('k.at')}::json`;
