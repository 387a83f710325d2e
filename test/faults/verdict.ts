import { eventually } from '../support/eventually.js';
import { type Entry, type Ledger, unexpected } from './ledger.js';
import { readTables, type RecordedRow, type Tables } from './record.js';

const SETTLED_WITHIN_MS = 10_000;
const SHOWN = 10;
/** Answers that say themselves that there is no row; nothing was changed then. */
const UNRECORDED = ['audit_unavailable', 'storage_full'];

/**
 * Nothing lost: every answered request has exactly one row, every committed change has its row, and no row speaks of a
 * change that is not there. Statements that were under way when their client died may still end, so it looks again.
 *
 * @param tolerated codes of errors that are to be expected beside 503s
 */
export async function expectNothingLost(
  ledger: Ledger,
  directUrl: string,
  tolerated: string[] = [],
): Promise<void> {
  const surprises = unexpected(ledger.entries, tolerated).map(
    (entry) => `${describe(entry)} was not to be expected`,
  );
  expect(surprises.slice(0, SHOWN)).toEqual([]);
  await eventually(async () => {
    expect(findings(ledger, await readTables(directUrl)).slice(0, SHOWN)).toEqual([]);
  }, SETTLED_WITHIN_MS);
}

/** What contradicts the promises, in words. */
function findings(ledger: Ledger, tables: Tables): string[] {
  return [
    ...unrecorded(ledger, tables),
    ...twice(tables.rows, 'id'),
    ...twice(tables.rows, 'traceId'),
    ...contradictions(tables),
  ];
}

/** G1 and G3 as the client sees them. */
function unrecorded({ answered }: Ledger, { rows }: Tables): string[] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  return answered.flatMap((entry) => {
    const row = byId.get(entry.requestId ?? '');
    if (!row) return UNRECORDED.includes(entry.code ?? '') ? [] : [`${describe(entry)} has no row`];
    return speaksOf(entry, row) ? [] : [`${describe(entry)} has the row ${JSON.stringify(row)}`];
  });
}

function speaksOf(entry: Entry, row: RecordedRow): boolean {
  if (row.traceId !== entry.traceId) return false;
  // The row of a change that was committed says so, even where the client could only be told that it is unknown.
  if (entry.status === 503) return true;
  return row.status === entry.status && (entry.status !== 201 || row.resourceId === entry.taskId);
}

function twice(rows: RecordedRow[], key: 'id' | 'traceId'): string[] {
  const seen = new Set<string>();
  return rows.flatMap((row) => {
    const value = row[key];
    if (value === null) return [];
    if (seen.has(value)) return [`two rows have the ${key} ${value}`];
    seen.add(value);
    return [];
  });
}

/** G2: the changes that the rows tell of are those that the tables show, neither more nor fewer. */
function contradictions({ rows, versions, numbersGiven }: Tables): string[] {
  const created = changes(rows, 'CREATE_TASK');
  const updated = changes(rows, 'UPDATE_TASK');
  const deleted = changes(rows, 'DELETE_TASK');
  const existing = [...versions].flatMap(([id, version]) => [
    ...differ(created.get(id) ?? 0, 1, `rows of the creation of ${id}`),
    ...differ(deleted.get(id) ?? 0, 0, `rows of the deletion of ${id}`),
    ...differ(updated.get(id) ?? 0, version - 1, `rows of changes of ${id}`),
  ]);
  const gone = [...created.keys(), ...updated.keys(), ...deleted.keys()]
    .filter((id) => !versions.has(id))
    .flatMap((id) =>
      differ(deleted.get(id) ?? 0, 1, `rows of the deletion of ${id}, which is gone`),
    );
  const numbers = differ(total(created), numbersGiven, 'rows of creations for the numbers given');
  return [...existing, ...gone, ...numbers];
}

function changes(rows: RecordedRow[], action: string): Map<string, number> {
  const count = new Map<string, number>();
  for (const row of rows) {
    if (row.action !== action || row.result !== 'success') continue;
    const id = row.resourceId ?? 'no task';
    count.set(id, (count.get(id) ?? 0) + 1);
  }
  return count;
}

function differ(found: number, expected: number, what: string): string[] {
  return found === expected ? [] : [`${String(found)} instead of ${String(expected)} ${what}`];
}

function total(counts: Map<string, number>): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}

function describe({ kind, traceId, status, code }: Entry): string {
  return `${kind} ${traceId} with ${String(status)} ${code ?? ''}`.trim();
}
