import pg from 'pg';
import { TestDatabase } from './test-database.js';

export interface ScoringDatabase {
  client: pg.Client;
  stop: () => Promise<void>;
}

/** A migrated database and one connection to it, for statements that are tried without the application. */
export async function startScoringDatabase(): Promise<ScoringDatabase> {
  const database = await TestDatabase.create();
  const client = new pg.Client({ connectionString: database.directUrl });
  await client.connect();
  return {
    client,
    stop: async () => {
      await client.end();
      await database.drop();
    },
  };
}
