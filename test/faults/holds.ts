import { asOwner } from './record.js';

/** Longer than any statement may take. */
const SLEEP_SECONDS = 3;
/** Whatever a request wants to do with its user's tasks, or with who they are, it looks into one of them. */
const SLEEPY_TABLES = ['sessions', 'task_counters', 'tasks'];

/** Does `work` while nobody else can use a table. */
export async function whileLocked<T>(
  directUrl: string,
  table: string,
  work: () => Promise<T>,
): Promise<T> {
  return asOwner(directUrl, async (client) => {
    await client.query(`BEGIN; LOCK TABLE ${table}`);
    return work();
  });
}

/** Does `work` while the application's role falls asleep over every row of a user, by a policy for rows that sleeps. */
export async function whileAsleep<T>(directUrl: string, work: () => Promise<T>): Promise<T> {
  return asOwner(directUrl, async (client) => {
    for (const table of SLEEPY_TABLES) {
      await client.query(`
        DROP POLICY IF EXISTS sleep ON ${table};
        CREATE POLICY sleep ON ${table} USING (pg_sleep(${String(SLEEP_SECONDS)}) IS NOT NULL);
        ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`);
    }
    try {
      return await work();
    } finally {
      for (const table of SLEEPY_TABLES) {
        await client.query(`ALTER TABLE ${table} DISABLE ROW LEVEL SECURITY`);
      }
    }
  });
}
