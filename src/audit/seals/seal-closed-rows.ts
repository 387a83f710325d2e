import { type KeyObject } from 'node:crypto';
import { type ClientBase } from 'pg';
import { NO_SEAL, type Seal, sealDigest } from './seal.js';
import { RowDigests, sealedRows, type SealedRows, type Stretch } from './sealed-rows.js';

/** One process at a time; the lock ends with the transaction. */
const SEAL_LOCK = 7_361_966;

type LastSeal = Pick<Seal, 'sequence' | 'toPosition' | 'digest'>;

const BEFORE_THE_FIRST: LastSeal = { sequence: 0, toPosition: '0', digest: NO_SEAL };

/**
 * Seals all rows from where the last seal ends up to the oldest transaction that has not ended: nothing can be stored
 * below that any more, however late it is committed. Does nothing while another process is at it.
 *
 * @param client connected as the owner of the table, outside a transaction
 * @returns the new seals, one for each month that the rows are of
 */
export async function sealClosedRows(client: ClientBase, key: KeyObject): Promise<Seal[]> {
  await client.query('BEGIN');
  try {
    const seals = (await isAlone(client)) ? await sealAll(client, key) : [];
    await client.query('COMMIT');
    return seals;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

async function isAlone(client: ClientBase): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>(
    'SELECT pg_try_advisory_xact_lock($1) AS locked',
    [SEAL_LOCK],
  );
  return rows[0]?.locked ?? false;
}

async function sealAll(client: ClientBase, key: KeyObject): Promise<Seal[]> {
  const last = await lastSeal(client);
  const stretch = { fromPosition: last.toPosition, toPosition: await horizon(client) };
  if (BigInt(stretch.toPosition) < BigInt(stretch.fromPosition)) {
    throw new Error('positions went back, as after a restore: run `npm run migrate`');
  }
  const digests = new RowDigests();
  for await (const row of sealedRows(client, stretch)) digests.add(row);
  const seals = chained(key, last, stretch, digests.finish());
  for (const seal of seals) await store(client, seal);
  return seals;
}

async function lastSeal(client: ClientBase): Promise<LastSeal> {
  const { rows } = await client.query<LastSeal>(
    `SELECT sequence, to_position AS "toPosition", digest FROM audit_seals ORDER BY sequence DESC LIMIT 1`,
  );
  return rows[0] ?? BEFORE_THE_FIRST;
}

async function horizon(client: ClientBase): Promise<string> {
  const { rows } = await client.query<{ position: string }>(
    'SELECT audit_position(pg_snapshot_xmin(pg_current_snapshot())) AS position',
  );
  return rows[0]?.position ?? '0';
}

function chained(key: KeyObject, last: LastSeal, stretch: Stretch, months: SealedRows[]): Seal[] {
  let { sequence, digest: previous } = last;
  return months.map((month) => {
    sequence++;
    const said = { sequence, ...stretch, ...month, previous };
    const seal = { ...said, digest: sealDigest(key, said) };
    previous = seal.digest;
    return seal;
  });
}

async function store(client: ClientBase, seal: Seal): Promise<void> {
  await client.query(
    `INSERT INTO audit_seals
       (sequence, from_position, to_position, month, row_count, rows_digest, previous, digest)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      seal.sequence,
      seal.fromPosition,
      seal.toPosition,
      seal.month,
      seal.rowCount,
      seal.rowsDigest,
      seal.previous,
      seal.digest,
    ],
  );
}
