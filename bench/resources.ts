import { readdir } from 'node:fs/promises';
import { type BenchDatabase } from './postgres/bench-database.js';
import { residentMib } from './processor-time.js';

/** What the service holds at one moment. */
export interface Resources {
  residentMib: number;
  descriptors: number;
  /** At PostgreSQL. */
  connections: number;
}

export async function resourcesOf(pid: number, database: BenchDatabase): Promise<Resources> {
  const [row] = await database.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'`,
  );
  return {
    residentMib: await residentMib(pid),
    descriptors: (await readdir(`/proc/${String(pid)}/fd`)).length,
    connections: row?.count ?? NaN,
  };
}
