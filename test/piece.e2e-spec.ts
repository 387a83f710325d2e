import type pg from 'pg';
import { PipeliningClient } from '../src/database/pipelining-client.js';
import { TestDatabase } from './support/test-database.js';

describe('statements in one piece', () => {
  let database: TestDatabase;
  let client: PipeliningClient;
  beforeAll(async () => {
    database = await TestDatabase.create({ migrated: false });
    await database.query('CREATE TABLE kept (n int)');
    await database.query('GRANT ALL ON kept TO public');
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    client = new PipeliningClient({
      connectionString: database.applicationUrl,
      preparesStatements: true,
    });
    client.on('error', () => undefined);
    await client.connect();
  });
  afterEach(() => client.end());

  const insert = (n: number) => client.query('INSERT INTO kept VALUES ($1) RETURNING n', [n]);
  const kept = async () => {
    const { rows } = await client.query<{ n: number }>('SELECT n FROM kept ORDER BY n');
    return rows.map(({ n }) => n);
  };
  const reasons = async (answers: Promise<unknown>[]) => {
    const settled = await Promise.allSettled(answers);
    return settled.map((answer) =>
      answer.status === 'fulfilled' ? null : (answer.reason as pg.DatabaseError).code,
    );
  };

  it('each get their own answer, together', async () => {
    let readies = 0;
    const { connection } = client as unknown as { connection: pg.Connection };
    connection.stream.on('data', (bytes: Buffer) => {
      readies += bytes.toString('latin1').split('Z\0\0\0\x05').length - 1;
    });
    const answers = client.inOnePiece(() => [
      client.query('BEGIN'),
      client.query('SELECT $1::int AS n', [1]),
      client.query('SELECT n FROM generate_series(2, 3) AS n'),
      client.query('-- nothing'),
      client.query('COMMIT'),
    ]);
    const results = await Promise.all(answers);
    expect(results.map(({ command, rows }) => [command, rows])).toEqual([
      ['BEGIN', []],
      ['SELECT', [{ n: 1 }]],
      ['SELECT', [{ n: 2 }, { n: 3 }]],
      [null, []],
      ['COMMIT', []],
    ]);
    expect(readies).toBe(1);
  });

  it('are not run after one that is refused, and fail as it does', async () => {
    const answers = client.inOnePiece(() => [
      client.query('BEGIN'),
      insert(1),
      client.query('SELECT 1 / $1::int', [0]),
      insert(2),
      client.query('SELECT $1::int + 40 AS n', [2]),
      client.query('COMMIT'),
    ]);
    expect(await reasons(answers)).toEqual([null, null, '22012', '22012', '22012', '22012']);
    await client.query('ROLLBACK');
    expect(await kept()).toEqual([]);
    // PostgreSQL has not even read it before.
    const { rows } = await client.query('SELECT $1::int + 40 AS n', [2]);
    expect(rows).toEqual([{ n: 42 }]);
  });

  it('may be followed by others, whatever becomes of them', async () => {
    const first = client.inOnePiece(() => [insert(1), client.query('SELECT 1 / $1::int', [0])]);
    const alone = insert(2);
    const second = client.inOnePiece(() => [insert(3), insert(4)]);
    expect(await reasons([...first, alone, ...second])).toEqual([null, '22012', null, null, null]);
    // Without BEGIN a piece is a transaction of its own.
    expect(await kept()).toEqual([2, 3, 4]);
  });

  it('may be none', async () => {
    client.inOnePiece(() => undefined);
    expect((await client.query('SELECT 1 AS n')).rows).toEqual([{ n: 1 }]);
  });

  it('are not run when one of them cannot be sent', async () => {
    const unfit = {
      toPostgres: () => {
        throw new Error('cannot be sent');
      },
    };
    const answers = client.inOnePiece(() => [
      insert(5),
      client.query('SELECT $1::text', [unfit]),
      insert(6),
    ]);
    const settled = await Promise.allSettled(answers);
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(settled[1]).toMatchObject({ reason: { message: 'cannot be sent' } });
    expect(await database.query('SELECT FROM kept WHERE n IN (5, 6)')).toEqual([]);
  });

  it('are not run when whoever asks for them fails', async () => {
    let answer: Promise<unknown> | undefined;
    const asking = () =>
      client.inOnePiece(() => {
        answer = insert(7);
        throw new Error('halfway');
      });
    expect(asking).toThrow('halfway');
    await expect(answer).rejects.toThrow();
    expect(await database.query('SELECT FROM kept WHERE n = 7')).toEqual([]);
  });

  it('all fail when the connection breaks', async () => {
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const answers = client.inOnePiece(() => [
      client.query('BEGIN'),
      client.query('SELECT pg_sleep($1)', [30]),
      client.query('COMMIT'),
    ]);
    const settling = reasons(answers);
    await database.query('SELECT pg_terminate_backend($1, 5000)', [rows[0]?.pid]);
    const [, ...failed] = await settling;
    expect(failed).toEqual(['57P01', '57P01']);
  });
});
