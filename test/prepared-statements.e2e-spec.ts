import { PipeliningClient } from '../src/database/pipelining-client.js';
import { TestDatabase } from './support/test-database.js';

describe('prepared statements', () => {
  let database: TestDatabase;
  let client: PipeliningClient;
  beforeAll(async () => {
    database = await TestDatabase.create({ migrated: false });
    client = new PipeliningClient({
      connectionString: database.applicationUrl,
      preparesStatements: true,
    });
    await client.connect();
  });
  afterAll(async () => {
    await client.end();
    await database.drop();
  });

  it('are bounded in number, while every statement still runs', async () => {
    for (let count = 0; count < 200; count++) {
      const { rows } = await client.query(`SELECT $1::int + ${String(count)} AS sum`, [1]);
      expect(rows).toEqual([{ sum: count + 1 }]);
    }
    const { rows } = await client.query(
      'SELECT count(*)::int AS prepared FROM pg_prepared_statements',
    );
    expect(rows).toEqual([{ prepared: 150 }]);
  });
});
