import pg from 'pg';
import { eventually } from '../support/eventually.js';
import { type Installation } from './installation.js';
import { type Load } from './load.js';
import { metric } from './metrics.js';
import { asOwner, countSleepers } from './record.js';

/** Longer than any statement may take. */
const SLEEP_SECONDS = 3;
const SLEEPY = 'Sleep';

/** Locks a whole table until the function that it resolves with is called. */
export async function lockTable(directUrl: string, table: string): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString: directUrl });
  client.on('error', () => undefined);
  await client.connect();
  await client.query(`BEGIN; LOCK TABLE ${table}`);
  return () => client.end();
}

/**
 * Makes all connections of a pool sleep, for longer than anybody waits for one: as many requests again wait behind those
 * that sleep. Resolves with what resolves once all of them are answered.
 */
export async function holdWithSleep(
  { directUrl, url }: Installation,
  load: Load,
  poolSize: number,
): Promise<() => Promise<void>> {
  await asOwner(directUrl, (client) => client.query(FALL_ASLEEP));
  const hold = () =>
    load.newClients(poolSize).map((client) =>
      client.create(SLEEPY).finally(() => {
        client.close();
      }),
    );
  const first = hold();
  await eventually(async () => {
    expect(await countSleepers(directUrl)).toBe(poolSize);
  });
  const second = hold();
  await eventually(async () => {
    const waiting = await metric(url, 'mindflow_pool_waiting_requests');
    expect(waiting).toBeGreaterThanOrEqual(poolSize);
  });
  return async () => {
    await Promise.all([...first, ...second]);
  };
}

const FALL_ASLEEP = `
  CREATE OR REPLACE FUNCTION fall_asleep() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    PERFORM pg_sleep(${String(SLEEP_SECONDS)});
    RETURN NEW;
  END $$;
  CREATE OR REPLACE TRIGGER tasks_fall_asleep BEFORE INSERT ON tasks
  FOR EACH ROW WHEN (NEW.title = '${SLEEPY}') EXECUTE FUNCTION fall_asleep()`;
