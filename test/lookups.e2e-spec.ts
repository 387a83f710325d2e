import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { Database } from '../src/database/database.js';
import { DatabaseUnavailableError } from '../src/database/database-errors.js';
import { eventually } from './support/eventually.js';
import { as, signUp } from './support/factories.js';
import { TestApp } from './support/test-app.js';

const PID = 'SELECT pg_backend_pid() AS pid, $1::int AS n';

function connectionsOf(answers: { pid: number }[]): number {
  return new Set(answers.map(({ pid }) => pid)).size;
}

describe('lookups', () => {
  let app: TestApp;
  let database: Database;
  beforeAll(async () => {
    app = await TestApp.start({
      settings: { DATABASE_POOL_SIZE: 4 },
      provoked: ['22012'],
    });
    database = app.nest.get(Database);
  });
  afterAll(() => app.stop());

  function lookUpAll(count: number): Promise<{ pid: number; n: number }[][]> {
    return Promise.all(
      Array.from({ length: count }, (_, n) =>
        database.lookUp<{ pid: number; n: number }>(PID, [n]),
      ),
    );
  }

  it('that are under way at the same time share a connection, and each gets its own answer', async () => {
    // Nobody joins one whose connection took its time, as on a machine that is busy.
    await eventually(async () => {
      const answers = (await lookUpAll(50)).flat();
      expect(answers.map(({ n }) => n)).toEqual(Array.from({ length: 50 }, (_, n) => n));
      expect(connectionsOf(answers)).toBe(1);
    });
  });

  it('leave a connection to others after a hundred', async () => {
    await eventually(async () => {
      expect(connectionsOf((await lookUpAll(250)).flat())).toBe(3);
    });
  });

  it('share with no more than they are told to at the same time', async () => {
    await eventually(async () => {
      const answers = await Promise.all(
        Array.from({ length: 8 }, (_, n) =>
          database.lookUp<{ pid: number; n: number }>(PID, [n], 4),
        ),
      );
      expect(connectionsOf(answers.flat())).toBe(2);
    });
  });

  it('fail alone when their statement does', async () => {
    const outcomes = await Promise.allSettled([
      database.lookUp(PID, [1]),
      database.lookUp('SELECT 1 / $1::int', [0]),
      database.lookUp(PID, [2]),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('F06 are refused as by a busy database when the first of their kind finds its table locked', async () => {
    const owner = new pg.Client({ connectionString: app.database.directUrl });
    await owner.connect();
    await owner.query('BEGIN; LOCK TABLE tasks');
    // PostgreSQL already waits for the lock while it prepares the statement, for all of them.
    const text = 'SELECT count(*) AS n FROM tasks WHERE user_id = $1';
    const outcomes = await Promise.allSettled(
      Array.from({ length: 3 }, () => database.lookUp(text, [randomUUID()])),
    );
    await owner.query('COMMIT');
    await owner.end();
    for (const outcome of outcomes) {
      const { code } = (outcome as PromiseRejectedResult).reason as { code: string };
      expect(['db_timeout', 'database_unavailable']).toContain(code);
    }
    expect(await database.lookUp(text, [randomUUID()])).toEqual([{ n: '0' }]);
  }, 10_000);

  it('are asked again on another connection when theirs is lost', async () => {
    const [own = { pid: 0 }] = (await lookUpAll(1)).flat();
    const outcomes = await Promise.allSettled([
      database.lookUp('SELECT pg_sleep($1)', [0.3]),
      ...Array.from({ length: 5 }, (_, n) => database.lookUp(PID, [n])),
      database.query('SELECT pg_terminate_backend($1)', [own.pid]),
    ]);
    const reasons = outcomes.flatMap((outcome) =>
      outcome.status === 'rejected' ? [outcome.reason as Error] : [],
    );
    expect(reasons.every((reason) => reason instanceof DatabaseUnavailableError)).toBe(true);
    expect(outcomes.slice(1, -1).map(({ status }) => status)).toEqual(Array(5).fill('fulfilled'));
  });

  it('give back what they borrow', async () => {
    await lookUpAll(150);
    await Promise.all(
      Array.from({ length: 4 }, () => database.transaction({}, (tx) => tx.query('SELECT 1'))),
    );
    await eventually(async () => {
      expect((await lookUpAll(1)).flat()).toHaveLength(1);
    });
  });

  it('serve a hundred readers of a task each with their own', async () => {
    const users = await Promise.all(Array.from({ length: 4 }, () => signUp(app)));
    const tasks = await Promise.all(
      users.map(async (user) => {
        const created = await as(app, user)
          .post('/api/tasks')
          .send({ title: 'A task' })
          .expect(201);
        return created.body as { id: string };
      }),
    );
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, index) => {
        const [user, task] = [users[index % 4] ?? { bearer: '' }, tasks[(index >> 2) % 4]];
        return as(app, user).get(`/api/tasks/${String(task?.id)}`);
      }),
    );
    const expected = answers.map((_, index) => (index % 4 === (index >> 2) % 4 ? 200 : 404));
    expect(answers.map(({ status }) => status)).toEqual(expected);
  });
});
