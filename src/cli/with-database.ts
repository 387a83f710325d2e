import { databaseConnection } from '../config/database-connection.js';
import { type Settings } from '../config/settings.js';
import { Database } from '../database/database.js';
import { RejectedStatements } from '../database/rejected-statements.js';
import { pooledDataSource } from '../database/data-source.js';

/** Does `work` on one connection as the application's role, and closes it. */
export async function withDatabase<T>(
  settings: Settings,
  work: (database: Database) => Promise<T>,
): Promise<T> {
  const dataSource = pooledDataSource({
    connection: databaseConnection(settings.DATABASE_URL, settings),
    size: 1,
    waitMs: settings.DATABASE_POOL_WAIT_MS,
    preparedStatements: settings.DATABASE_PREPARED_STATEMENTS,
    entities: [],
    onPoolError: () => undefined,
  });
  await dataSource.initialize();
  try {
    return await work(new Database(dataSource, new RejectedStatements()));
  } finally {
    await dataSource.destroy();
  }
}
