import pg from 'pg';
import { databaseConnection } from '../config/database-connection.js';
import { type Settings } from '../config/settings.js';

const CONNECT_TIMEOUT_MS = 3000;

/** Does `work` on a connection of its own as the owner of the schema, and closes it. */
export async function asOwner<T>(
  settings: Settings,
  { name, answerWithinMs }: { name: string; answerWithinMs: number },
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({
    ...databaseConnection(settings.DATABASE_DIRECT_URL, settings),
    application_name: name,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: answerWithinMs,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}
