import { createHash, type Hash } from 'node:crypto';
import { type ClientBase } from 'pg';
import { PARTITION_LOCK } from '../partitions.js';

const ROWS_AT_ONCE = 2000;

/**
 * A row as it is sealed: JSON of what is never forgotten, exact to the last bit. Not `user_id`, `client`, `trace_id` and
 * `error_message`, which `forget_user_in_audit_logs` empties.
 */
const SEALED_TEXT = `json_build_array(position, extract(epoch FROM timestamp)::text, id, action, resource_id, result,
  encode(float8send(request_duration_ms), 'hex'), method, route, status_code, count, details)::text`;

const MONTH = `date_trunc('month', timestamp AT TIME ZONE 'UTC')::date::text`;

/** Positions from the first one on, up to but without the second. */
export interface Stretch {
  fromPosition: string;
  toPosition: string;
}

export interface SealedRow {
  position: string;
  /** The first day of its month, in UTC. */
  month: string;
  text: string;
}

/** The rows of one month out of one stretch. */
export interface SealedRows {
  month: string;
  rowCount: number;
  /** SHA-256 over the lines of the rows, by position, timestamp and id. */
  rowsDigest: Buffer;
}

/** The rows of a stretch, by position, timestamp and id. The client must be in a transaction. */
export async function* sealedRows(
  client: ClientBase,
  { fromPosition, toPosition }: Stretch,
): AsyncGenerator<SealedRow> {
  await client.query('SELECT pg_advisory_xact_lock_shared($1)', [PARTITION_LOCK]);
  await client.query(
    `DECLARE sealed_rows NO SCROLL CURSOR FOR
     SELECT position, ${MONTH} AS month, ${SEALED_TEXT} AS text FROM audit_logs
     WHERE position >= $1 AND position < $2
     ORDER BY audit_logs.position, audit_logs.timestamp, audit_logs.id`,
    [fromPosition, toPosition],
  );
  for (;;) {
    const { rows } = await client.query<SealedRow>(
      `FETCH ${String(ROWS_AT_ONCE)} FROM sealed_rows`,
    );
    yield* rows;
    if (rows.length < ROWS_AT_ONCE) break;
  }
  await client.query('CLOSE sealed_rows');
}

/** Gathers the rows of one stretch, month by month. */
export class RowDigests {
  private readonly months = new Map<string, { rowCount: number; hash: Hash }>();

  add({ month, text }: SealedRow): void {
    const digest = this.months.get(month) ?? { rowCount: 0, hash: createHash('sha256') };
    digest.rowCount++;
    digest.hash.update(text).update('\n');
    this.months.set(month, digest);
  }

  /** By month. It can be asked only once. */
  finish(): SealedRows[] {
    return [...this.months]
      .map(([month, { rowCount, hash }]) => ({ month, rowCount, rowsDigest: hash.digest() }))
      .sort((a, b) => (a.month < b.month ? -1 : 1));
  }
}
