import { eventually } from '../support/eventually.js';
import { type Installation } from './installation.js';
import { type Load } from './load.js';
import { type LoadClient } from './load-client.js';
import { metric } from './metrics.js';
import { asOwner } from './record.js';

/** Longer than any statement may take. */
const SLEEP_SECONDS = 3;
const SLEEPY = 'Sleep';
const AT_ONCE = 4;
const COMING_MS = 50;
/** All clients of the load, and more sleepers than are served while anybody waits. */
const WAITING = 64;

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

/**
 * Does `work` while all connections of a pool of four sleep, and every one that is free again as well: sleepers keep
 * coming, and so many wait already that whoever comes now waits in vain. Resolves when all of them are answered.
 */
export async function whileAsleep<T>(
  { directUrl, url }: Installation,
  load: Load,
  work: () => Promise<T>,
): Promise<T> {
  await asOwner(directUrl, (client) => client.query(FALL_ASLEEP));
  const sleepers: Promise<unknown>[] = [];
  const coming = setInterval(() => {
    sleepers.push(...load.newClients(AT_ONCE).map(sleep));
  }, COMING_MS);
  try {
    await eventually(async () => {
      const waiting = await metric(url, 'mindflow_pool_waiting_requests');
      expect(waiting).toBeGreaterThanOrEqual(WAITING);
    });
    return await work();
  } finally {
    clearInterval(coming);
    await Promise.all(sleepers);
  }
}

async function sleep(client: LoadClient): Promise<void> {
  await client.create(SLEEPY);
  client.close();
}

const FALL_ASLEEP = `
  CREATE OR REPLACE FUNCTION fall_asleep() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    PERFORM pg_sleep(${String(SLEEP_SECONDS)});
    RETURN NEW;
  END $$;
  CREATE OR REPLACE TRIGGER tasks_fall_asleep BEFORE INSERT ON tasks
  FOR EACH ROW WHEN (NEW.title = '${SLEEPY}') EXECUTE FUNCTION fall_asleep()`;
