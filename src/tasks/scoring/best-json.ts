import {
  ADJUSTMENT_VALUES,
  AGE_DAYS,
  FACTOR_VALUES,
  HUNDREDTHS,
  WORKING_MINUTES_LEFT,
} from './score.js';
import { localTime } from './moments.js';
import { TASK_JSON } from './task-json.js';
import { sql } from './sql.js';

function jsonObject(fields: Record<string, string>): string {
  return sql`json_build_object(${Object.entries(fields)
    .map(([name, value]) => sql`'${name}', ${value}`)
    .join(', ')})`;
}

/** SQL of one `Pick`: task `t`, clock `k`, and `best` with the score. */
export const PICK_JSON = jsonObject({
  task: TASK_JSON,
  score: 'best.score',
  values: jsonObject({ ...FACTOR_VALUES, ...ADJUSTMENT_VALUES }),
  hundredths: jsonObject(HUNDREDTHS),
  dueLocal: localTime('t.due_date'),
  overdue: 'coalesce(t.due_date <= k.at, false)',
  workingMinutesLeft: WORKING_MINUTES_LEFT,
  ageDays: AGE_DAYS,
});
