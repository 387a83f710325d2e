import type pg from 'pg';
import { PipeliningClient } from '../src/database/pipelining-client.js';
import { TestDatabase } from './support/test-database.js';

describe('prepared statements', () => {
  let database: TestDatabase;
  let client: PipeliningClient;
  beforeAll(async () => {
    database = await TestDatabase.create({ migrated: false });
    await database.query('CREATE TABLE kept (n int)');
    await database.query('GRANT ALL ON kept TO public');
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

  it('are described once, by the rows that they return or do not', async () => {
    const { connection } = client as unknown as { connection: pg.Connection };
    const described: string[] = [];
    for (const message of ['rowDescription', 'noData']) {
      connection.on(message, () => described.push(message));
    }
    const select = () => client.query('SELECT $1::int AS n, now() AS at', [1]);
    const none = () => client.query('INSERT INTO kept VALUES ($1)', [1]);
    for (const run of [select, select, none, none, select]) await run();
    const { rows } = await select();
    expect(rows).toEqual([{ n: 1, at: expect.any(Date) }]);
    expect((await none()).rows).toEqual([]);
    expect(described).toEqual(['rowDescription', 'noData']);
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
