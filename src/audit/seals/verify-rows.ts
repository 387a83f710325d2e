import { type ClientBase } from 'pg';
import { RowDigests, sealedRows, type Stretch } from './sealed-rows.js';
import { type RowsSeal, StretchCheck } from './stretch-check.js';

/** Few enough that nobody who makes partitions waits long for the rows to be read. */
const SEALS_AT_ONCE = 200;
const LOWEST_POSITION = String(-(2n ** 63n));

export interface RowsVerification {
  sealedRows: number;
  /** Rows of months that are gone as a whole because of their age. */
  expiredRows: number;
  unsealedRows: number;
  findings: string[];
}

/**
 * Compares every row with the seal of its stretch and month.
 *
 * @param client connected as the owner of the table, outside a transaction
 * @param expiry months that ended by then may be gone
 */
export async function verifyRows(client: ClientBase, expiry: Date): Promise<RowsVerification> {
  const check = new StretchCheck(expiry);
  let fromPosition = LOWEST_POSITION;
  for (;;) {
    const seals = await nextSeals(client, fromPosition);
    const toPosition = seals.at(-1)?.toPosition;
    if (toPosition === undefined) break;
    await readStretches(client, { fromPosition, toPosition }, { seals, check });
    fromPosition = toPosition;
  }
  const { waiting, ahead } = await unsealed(client, fromPosition);
  const findings = [...check.findings];
  if (ahead > 0) findings.push(`rows with a position of the future: ${String(ahead)}`);
  return {
    sealedRows: check.sealedRows,
    expiredRows: check.expiredRows,
    unsealedRows: waiting,
    findings,
  };
}

async function readStretches(
  client: ClientBase,
  all: Stretch,
  { seals, check }: { seals: RowsSeal[]; check: StretchCheck },
): Promise<void> {
  const ends = [...new Set(seals.map(({ toPosition }) => BigInt(toPosition)))];
  let digests = new RowDigests();
  const close = () => {
    const end = ends.shift();
    check.compare(
      seals.filter(({ toPosition }) => BigInt(toPosition) === end),
      digests.finish(),
    );
    digests = new RowDigests();
  };
  await client.query('BEGIN READ ONLY');
  try {
    for await (const row of sealedRows(client, all)) {
      while (ends[0] !== undefined && BigInt(row.position) >= ends[0]) close();
      digests.add(row);
    }
  } finally {
    await client.query('ROLLBACK');
  }
  while (ends.length > 0) close();
}

/** Never only some of the seals of a stretch. */
async function nextSeals(client: ClientBase, after: string): Promise<RowsSeal[]> {
  const { rows } = await client.query<RowsSeal>(
    `SELECT sequence, to_position AS "toPosition", month::text AS month, row_count AS "rowCount",
       rows_digest AS "rowsDigest"
     FROM audit_seals WHERE to_position > $1
     ORDER BY to_position FETCH FIRST ${String(SEALS_AT_ONCE)} ROWS WITH TIES`,
    [after],
  );
  return rows;
}

async function unsealed(
  client: ClientBase,
  fromPosition: string,
): Promise<{ waiting: number; ahead: number }> {
  const { rows } = await client.query<{ waiting: number; ahead: number }>(
    `SELECT count(*) FILTER (WHERE position < next)::float8 AS waiting,
       count(*) FILTER (WHERE position >= next)::float8 AS ahead
     FROM audit_logs, (SELECT audit_position(pg_snapshot_xmax(pg_current_snapshot())) AS next) AS n
     WHERE position >= $1`,
    [fromPosition],
  );
  return rows[0] ?? { waiting: 0, ahead: 0 };
}
