import { type Statement } from '../database/transaction.js';
import { type Outcome } from '../http/request-context.js';
import { type AuditRow, COLUMNS } from './audit-row.js';

const NAMES = COLUMNS.map(([name]) => name).join(', ');
const ARRAYS = COLUMNS.map(([, type], index) => `$${String(index + 1)}::${type}[]`).join(', ');

/** What leads back to a person. */
const PERSONAL = new Set<string>(['client', 'error_message', 'trace_id']);

const SELECTED = COLUMNS.map(([name]) => selected(name)).join(', ');

/** What the outcome of a change says of it. */
const OUTCOME = new Set<string>(['resource_id', 'details']);

/** The texts that store a row with an outcome, by that of the outcome. */
const outcomeInsertions = new Map<string, string>();

/**
 * One row, behind the change it describes and committed with it. Like every row it is stored without what leads back to
 * its user when they are gone by now: `forget_user_in_audit_logs` waits for the inserts under way and holds up new
 * ones until the deletion is committed, so that none slips through in between.
 *
 * A row that is there already says that the request has failed: nobody waits for this change any more, and it must not
 * be committed beside a row that denies it.
 */
const INSERT_ROW = `
  INSERT INTO audit_logs (${NAMES})
  SELECT ${SELECTED}
  FROM (VALUES (${parameters(1)})) AS r (${NAMES})
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

/** The statement that stores the row of a change; with an outcome only if there is one. */
export function insertion(row: AuditRow, outcome: Outcome | null): Statement {
  if (!outcome) return { text: INSERT_ROW, values: row };
  let text = outcomeInsertions.get(outcome.text);
  if (text === undefined) {
    text = insertionBehind(outcome);
    outcomeInsertions.set(outcome.text, text);
  }
  return { text, values: [...outcome.values, ...row] };
}

/** What the change has made belongs to its user, who is therefore still there. */
function insertionBehind({ text, values }: Outcome): string {
  const taken = COLUMNS.map(([name]) => (OUTCOME.has(name) ? `o.${name}` : `r.${name}`));
  return `
  INSERT INTO audit_logs (${NAMES})
  SELECT ${taken.join(', ')}
  FROM (${text}) AS o
  CROSS JOIN (VALUES (${parameters(values.length + 1)})) AS r (${NAMES})`;
}

function parameters(first: number): string {
  return COLUMNS.map(([, type], index) => `$${String(first + index)}::${type}`).join(', ');
}

function selected(column: string): string {
  if (column === 'user_id') return 'u.id';
  if (!PERSONAL.has(column)) return `r.${column}`;
  return `CASE WHEN r.user_id IS NULL OR u.id IS NOT NULL THEN r.${column} END`;
}
