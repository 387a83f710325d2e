import { type DataSource } from 'typeorm';

/** What the next transaction would store; every row and seal there is must be below. */
const IS_BEHIND = `
  WITH next AS (SELECT audit_position(pg_snapshot_xmax(pg_current_snapshot())) AS position)
  SELECT FROM next
  WHERE EXISTS (SELECT FROM audit_logs a WHERE a.position >= next.position)
     OR EXISTS (SELECT FROM audit_seals s WHERE s.to_position > next.position)`;

/** What has to be added to the ids of transactions, so that the next one is above all positions. */
const ADDED = `
  SELECT greatest(
    (SELECT max(position) + 1 FROM audit_logs),
    (SELECT max(to_position) FROM audit_seals)
  ) - pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS added`;

/**
 * Makes the positions of audit rows go on growing in a new cluster, where the ids of transactions begin anew: after a
 * restore. Anywhere else it changes nothing.
 */
export async function continueAuditPositions(dataSource: DataSource): Promise<void> {
  const behind = await dataSource.query<object[]>(IS_BEHIND);
  if (behind.length === 0) return;
  const [found] = await dataSource.query<{ added: string }[]>(ADDED);
  await dataSource.query(`
    CREATE OR REPLACE FUNCTION audit_position(transaction_id xid8) RETURNS bigint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS 'SELECT transaction_id::text::bigint + ${found?.added ?? '0'}'`);
}
