import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { Database } from '../src/database/database.js';
import {
  DatabaseUnavailableError,
  PoolExhaustedError,
  StatementTimeoutError,
} from '../src/database/database-errors.js';
import { aContext } from './support/contexts.js';
import { eventually } from './support/eventually.js';
import { TestApp } from './support/test-app.js';
import { IS_POOLED, TestDatabase } from './support/test-database.js';
import { TcpProxy } from './support/tcp-proxy.js';

describe('the pool', () => {
  let app: TestApp;
  let db: Database;
  /** Connected as the application's role, which alone sees what its sessions are doing. */
  let observer: pg.Client;
  beforeAll(async () => {
    app = await TestApp.start({ settings: { DATABASE_POOL_SIZE: 2, DATABASE_POOL_WAIT_MS: 300 } });
    db = app.nest.get(Database);
    observer = new pg.Client({ connectionString: app.database.applicationUrl });
    await observer.connect();
  });
  afterAll(async () => {
    await observer.end();
    await app.stop();
  });

  it('F09 gives up a statement at its time limit and leaves no busy backend', async () => {
    const startedMs = performance.now();
    const sleeping = db.query('SELECT pg_sleep(30)').catch((error: unknown) => error);
    await eventually(async () => {
      expect(await backends(`state = 'active' AND query LIKE 'SELECT pg_sleep%'`)).toHaveLength(1);
    });
    expect(await sleeping).toBeInstanceOf(StatementTimeoutError);
    expect(performance.now() - startedMs).toBeLessThan(2500);
    await eventually(async () => {
      expect(await backends(`state = 'active' AND query LIKE 'SELECT pg_sleep%'`)).toEqual([]);
    });
    expect(await db.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('F06 says that it is exhausted within its wait, and recovers at once', async () => {
    let free: () => void = () => undefined;
    const freed = new Promise<void>((resolve) => {
      free = resolve;
    });
    const held = [1, 2].map(() => db.transaction({}, () => freed));
    const startedMs = performance.now();
    await expect(db.query('SELECT 1')).rejects.toBeInstanceOf(PoolExhaustedError);
    const waitedMs = performance.now() - startedMs;
    expect(waitedMs).toBeGreaterThan(250);
    expect(waitedMs).toBeLessThan(1000);
    free();
    await Promise.all(held);
    expect(await db.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('F04 replaces connections that were killed while they were idle', async () => {
    await Promise.all([db.query('SELECT 1'), db.query('SELECT 2')]);
    expect((await kill('true')).length).toBeGreaterThan(0);
    expect(await db.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('F04 reads once more when the connection is killed under the statement', async () => {
    const text = 'SELECT 1 AS one, pg_sleep(0.3)::text AS slept';
    const reading = db.query<{ one: number }>(text);
    await eventually(async () => {
      expect(await kill(`state = 'active' AND query = '${text}'`)).toHaveLength(1);
    });
    expect(await reading).toEqual([{ one: 1, slept: '' }]);
  });

  it('recycles its connections within the hour', () => {
    const { master } = app.nest.get(DataSource).driver as unknown as { master: pg.Pool };
    const { maxLifetimeSeconds, max } = master.options as unknown as Record<string, number>;
    expect(max).toBe(2);
    expect(maxLifetimeSeconds).toBeGreaterThan(0);
    expect(maxLifetimeSeconds).toBeLessThanOrEqual(3600);
  });

  async function kill(condition: string): Promise<object[]> {
    const found = await backends(condition);
    for (const { pid } of found)
      await observer.query('SELECT pg_terminate_backend($1, 5000)', [pid]);
    return found;
  }

  async function backends(condition: string): Promise<{ pid: number }[]> {
    const { rows } = await observer.query<{ pid: number }>(
      `SELECT pid FROM pg_stat_activity
       WHERE datname = current_database() AND application_name = 'mindflow' AND ${condition}`,
    );
    return rows;
  }
});

describe('a pool of one connection', () => {
  it('F07 stores fifty concurrent changes, each with its audit row', async () => {
    const app = await TestApp.start({ settings: { DATABASE_POOL_SIZE: 1 } });
    const contexts = Array.from({ length: 50 }, () => aContext());
    await Promise.all(
      contexts.map((context) =>
        app.nest.get(Database).transaction(context, (tx) => {
          const id = randomUUID();
          return tx.query('INSERT INTO users (id, email) VALUES ($1, $2)', [
            id,
            `${id}@example.com`,
          ]);
        }),
      ),
    );
    expect(await app.database.query('SELECT FROM users')).toHaveLength(50);
    expect(await app.database.query('SELECT FROM audit_logs')).toHaveLength(50);
    await app.stop();
  });

  it.each([
    ['prepares each statement once', true, 1],
    ['prepares nothing when told not to', false, 0],
  ])('%s', async (_, DATABASE_PREPARED_STATEMENTS, expected) => {
    const database = await TestDatabase.create();
    const DATABASE_URL = database.applicationUrl;
    const app = await TestApp.start({
      database,
      settings: { DATABASE_URL, DATABASE_POOL_SIZE: 1, DATABASE_PREPARED_STATEMENTS },
    });
    const db = app.nest.get(Database);
    const text = 'SELECT $1::int AS number';
    for (const number of [1, 2, 3]) expect(await db.query(text, [number])).toEqual([{ number }]);
    const prepared = await db.query(
      'SELECT name FROM pg_prepared_statements WHERE statement = $1',
      [text],
    );
    expect(prepared).toHaveLength(expected);
    await app.stop();
    await database.drop();
  });

  it('is closed when the application stops', async () => {
    const database = await TestDatabase.create();
    const proxy = await TcpProxy.before(database.url);
    const app = await TestApp.start({ database, settings: { DATABASE_URL: proxy.url } });
    await app.http.get('/health').expect(200);
    await app.http.get('/nowhere').expect(404);
    expect(proxy.isInUse).toBe(true);
    await app.stop();
    await eventually(() => {
      expect(proxy.isInUse).toBe(false);
    });
    await proxy.stop();
    await database.drop();
  });
});

describe('a database that has stopped answering', () => {
  it('F10 is told apart within the time limit, and used again once it answers', async () => {
    const database = await TestDatabase.create();
    const proxy = await TcpProxy.before(database.url);
    const app = await TestApp.start({ database, settings: { DATABASE_URL: proxy.url } });
    await app.http.get('/nowhere').expect(404);
    proxy.stall();
    const startedMs = performance.now();
    const reading = app.nest
      .get(Database)
      .query('SELECT 1')
      .catch((error: unknown) => error);
    const [health, nowhere] = await Promise.all([
      app.http.get('/health'),
      app.http.get('/nowhere'),
    ]);
    expect(performance.now() - startedMs).toBeLessThan(2500);
    expect(health.status).toBe(503);
    expect(nowhere.body).toMatchObject({ status: 503, code: 'audit_unavailable' });
    expect(await reading).toBeInstanceOf(StatementTimeoutError);
    proxy.resume();
    await eventually(() => app.http.get('/nowhere').expect(404), 1000);
    await app.stop();
    await proxy.stop();
    await database.drop();
  });
});

/** A pooler lets its clients wait instead, and asks again by itself. */
const unlessPooled = IS_POOLED ? describe.skip : describe;
unlessPooled('a database with no connection left', () => {
  it('F12 is asked for another one at most once a second, and used again once it has one', async () => {
    const database = await TestDatabase.create();
    const proxy = await TcpProxy.before(database.url);
    const app = await TestApp.start({ database, settings: { DATABASE_URL: proxy.url } });
    const db = app.nest.get(Database);
    const limit = (count: number) =>
      database.query(
        `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I CONNECTION LIMIT ${String(count)}', current_database()); END $$`,
      );
    await limit(0);
    let free: () => void = () => undefined;
    const held = db.transaction({}, () => new Promise<void>((resolve) => (free = resolve)));
    const before = proxy.connections;
    for (let n = 0; n < 30; n++) {
      await expect(db.query('SELECT 1')).rejects.toBeInstanceOf(DatabaseUnavailableError);
    }
    expect(proxy.connections - before).toBeLessThanOrEqual(2);
    free();
    await held;
    expect(await db.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await limit(-1);
    await eventually(async () => {
      const two = await Promise.all([db.query('SELECT pg_sleep(0.05)'), db.query('SELECT 2 AS n')]);
      expect(two[1]).toEqual([{ n: 2 }]);
    });
    await app.stop();
    await proxy.stop();
    await database.drop();
  });
});
