import { COLUMNS } from './audit-row.js';

const NAMES = COLUMNS.map(([name]) => name).join(', ');
const PARAMETERS = COLUMNS.map(([, type], index) => `$${String(index + 1)}::${type}`).join(', ');
const ARRAYS = COLUMNS.map(([, type], index) => `$${String(index + 1)}::${type}[]`).join(', ');

/** What leads back to a person. */
const PERSONAL = new Set<string>(['client', 'error_message', 'trace_id']);

const SELECTED = COLUMNS.map(([name]) => selected(name)).join(', ');

/**
 * One row, in front of the COMMIT of the change it describes. Like every row it is stored without what leads back to
 * its user when they are gone by now: `forget_user_in_audit_logs` waits for the inserts under way and holds up new
 * ones until the deletion is committed, so that none slips through in between.
 *
 * A row that is there already says that the request has failed: nobody waits for this change any more, and it must not
 * be committed beside a row that denies it.
 */
export const INSERT_ROW = `
  INSERT INTO audit_logs (${NAMES})
  SELECT ${SELECTED}
  FROM (VALUES (${PARAMETERS})) AS r (${NAMES})
  LEFT JOIN users u ON u.id = r.user_id`;

/**
 * A batch of rows, one array per column. A row that is stored already, because its first attempt was never confirmed,
 * is left alone.
 */
export const INSERT_BATCH = `
  INSERT INTO audit_logs (${NAMES})
  SELECT ${SELECTED}
  FROM unnest(${ARRAYS}) AS r (${NAMES})
  LEFT JOIN users u ON u.id = r.user_id
  ON CONFLICT DO NOTHING`;

function selected(column: string): string {
  if (column === 'user_id') return 'u.id';
  if (!PERSONAL.has(column)) return `r.${column}`;
  return `CASE WHEN r.user_id IS NULL OR u.id IS NOT NULL THEN r.${column} END`;
}
