import pg from 'pg';
import { eventually } from './eventually.js';
import { type TestApp } from './test-app.js';

/**
 * Keeps everybody from the record until the function that it resolves with is called. It waits for the partitions that
 * the application makes when it starts: two who lock the same tables step by step could wait for each other.
 */
export async function lockAuditLogs({ database }: TestApp): Promise<() => Promise<void>> {
  const month = new Date().toISOString().slice(0, 7).replace('-', '_');
  await eventually(async () => {
    const [found] = await database.query('SELECT to_regclass($1) AS partition', [
      `audit_logs_${month}`,
    ]);
    expect(found?.['partition']).not.toBeNull();
  });
  const owner = new pg.Client({ connectionString: database.directUrl });
  await owner.connect();
  await owner.query('BEGIN; LOCK TABLE audit_logs');
  return async () => {
    await owner.query('COMMIT');
    await owner.end();
  };
}
