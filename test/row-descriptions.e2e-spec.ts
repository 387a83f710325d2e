import type pg from 'pg';
import { PipeliningClient } from '../src/database/pipelining-client.js';
import { limitSession } from '../src/database/statement-limit.js';
import { TestDatabase } from './support/test-database.js';

describe('the rows of prepared statements', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await TestDatabase.create({ migrated: false });
    await database.query('CREATE TABLE kept (n int)');
  });
  afterAll(() => database.drop());

  async function ownSession() {
    const session = new PipeliningClient({
      connectionString: database.directUrl,
      preparesStatements: true,
    });
    await session.connect();
    await limitSession(session);
    return session;
  }

  it('are described once, by the rows that they return or do not', async () => {
    const session = await ownSession();
    const { connection } = session as unknown as { connection: pg.Connection };
    const described: string[] = [];
    for (const message of ['rowDescription', 'noData']) {
      connection.on(message, () => described.push(message));
    }
    const select = () => session.query('SELECT $1::int AS n, now() AS at', [1]);
    const none = () => session.query('INSERT INTO kept VALUES ($1)', [1]);
    for (const run of [select, select, none, none, select]) await run();
    expect((await select()).rows).toEqual([{ n: 1, at: expect.any(Date) }]);
    expect((await none()).rows).toEqual([]);
    expect(described).toEqual(['rowDescription', 'noData']);
    await session.end();
  });

  it('return the same rows whether they are described or not', async () => {
    const session = await ownSession();
    const half = (n: number) => session.query<{ half: number }>('SELECT 10 / $1::int AS half', [n]);
    const outcome = (answer: Promise<pg.QueryResult<{ half: number }>>) =>
      answer.then(
        ({ rows }) => rows,
        (error: unknown) => (error as pg.DatabaseError).code,
      );
    const together = (...divisors: number[]) => Promise.all(divisors.map((n) => outcome(half(n))));
    const inOnePiece = (...divisors: number[]) =>
      Promise.all(session.inOnePiece(() => divisors.map((n) => outcome(half(n)))));
    const five = [{ half: 5 }];
    // Both are sent before the first is described; the refusal comes behind what is described.
    expect(await together(2, 2, 0)).toEqual([five, five, '22012']);
    expect(await together(0, 2)).toEqual(['22012', five]);
    expect(await inOnePiece(2, 0, 2)).toEqual([five, '22012', '22012']);
    expect(await inOnePiece(2, 2)).toEqual([five, five]);
    await session.end();
  });
});
