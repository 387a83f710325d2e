import { type ClientBase } from 'pg';

/**
 * One process at a time; the lock ends with the transaction. Who must not miss a row that moves to a new partition
 * meanwhile shares it: a statement that waited for the new partition does not look into it.
 */
export const PARTITION_LOCK = 7_361_965;
/** Whoever writes audit rows waits no longer than this for a change of partitions. */
const LOCK_TIMEOUT_MS = 1000;
const MONTHS_AHEAD = 2;
const DAY_MS = 86_400_000;

export interface PartitionChanges {
  created: string[];
  dropped: string[];
}

/**
 * Makes the partitions of `audit_logs` for this month, the next two, and every month that has rows in the default
 * partition, which are moved; drops those that ended more than `retentionDays` before `now`.
 *
 * @param client connected as the owner of the table
 */
export async function maintainPartitions(
  client: ClientBase,
  now: Date,
  retentionDays: number,
): Promise<PartitionChanges> {
  await client.query('BEGIN');
  try {
    await client.query(`SET LOCAL lock_timeout = ${String(LOCK_TIMEOUT_MS)}`);
    await client.query('SELECT pg_advisory_xact_lock($1)', [PARTITION_LOCK]);
    const existing = await existingPartitions(client);
    const created = await createMissing(client, await wantedMonths(client, now), existing);
    const dropped = await dropExpired(client, existing, now.getTime() - retentionDays * DAY_MS);
    await client.query('COMMIT');
    return { created, dropped };
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

async function existingPartitions(client: ClientBase): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
     WHERE i.inhparent = 'audit_logs'::regclass ORDER BY c.relname`,
  );
  return rows.map(({ name }) => name);
}

async function wantedMonths(client: ClientBase, now: Date): Promise<Date[]> {
  const { rows } = await client.query<{ month: Date }>(
    `SELECT DISTINCT date_trunc('month', timestamp, 'UTC') AS month FROM audit_logs_default`,
  );
  const coming = Array.from({ length: MONTHS_AHEAD + 1 }, (_, offset) => month(now, offset));
  return [...rows.map((row) => row.month), ...coming];
}

async function createMissing(
  client: ClientBase,
  months: Date[],
  existing: string[],
): Promise<string[]> {
  const missing = new Map(months.map((start) => [partitionName(start), start]));
  for (const name of existing) missing.delete(name);
  // A row on its way to the default partition when its own one appears would be refused.
  if (missing.size > 0) await client.query('LOCK TABLE audit_logs IN SHARE ROW EXCLUSIVE MODE');
  for (const [name, start] of missing) await create(client, name, start);
  return [...missing.keys()];
}

async function create(client: ClientBase, name: string, start: Date): Promise<void> {
  const bounds = [start.toISOString(), month(start, 1).toISOString()];
  const [from, to] = bounds.map((bound) => `'${bound}'`);
  await client.query(`
    CREATE TABLE ${name} (LIKE audit_logs INCLUDING DEFAULTS INCLUDING CONSTRAINTS);
    WITH moved AS (
      DELETE FROM audit_logs_default WHERE timestamp >= ${from ?? ''} AND timestamp < ${to ?? ''} RETURNING *
    )
    INSERT INTO ${name} SELECT * FROM moved;
    ALTER TABLE audit_logs ATTACH PARTITION ${name} FOR VALUES FROM (${from ?? ''}) TO (${to ?? ''});
  `);
}

async function dropExpired(
  client: ClientBase,
  existing: string[],
  expiryMs: number,
): Promise<string[]> {
  const expired = existing.filter((name) => {
    const end = partitionEnd(name);
    return end !== null && end.getTime() <= expiryMs;
  });
  for (const name of expired) await client.query(`DROP TABLE ${name}`);
  return expired;
}

/** The first moment, in UTC, of the month that is `offset` months after that of `date`. */
function month(date: Date, offset: number): Date {
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + offset));
}

function partitionName(start: Date): string {
  return `audit_logs_${start.toISOString().slice(0, 7).replace('-', '_')}`;
}

/** Where the month of a partition ends; null for the default partition and for strangers. */
function partitionEnd(name: string): Date | null {
  const [, year, number] = /^audit_logs_(\d{4})_(\d{2})$/.exec(name) ?? [];
  return year && number ? new Date(Date.UTC(Number(year), Number(number))) : null;
}
