import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import pg from 'pg';
import { PartitionKeeper } from '../src/audit/partition-keeper.js';
import { maintainPartitions } from '../src/audit/partitions.js';
import { lockAuditLogs } from './support/audit-lock.js';
import { eventually } from './support/eventually.js';
import { as, signUp } from './support/factories.js';
import { TestApp } from './support/test-app.js';
import { TestDatabase } from './support/test-database.js';

/** Only the calendar is set: everything still happens in its time. */
const REAL_TIMERS = [
  'hrtime',
  'nextTick',
  'performance',
  'queueMicrotask',
  'setImmediate',
  'clearImmediate',
  'setInterval',
  'clearInterval',
  'setTimeout',
  'clearTimeout',
] as const;

describe('the partitions of the record', () => {
  let database: TestDatabase;
  let owner: pg.Client;
  beforeEach(async () => {
    database = await TestDatabase.create();
    owner = new pg.Client({ connectionString: database.directUrl });
    await owner.connect();
  });
  afterEach(async () => {
    await owner.end();
    await database.drop();
  });

  it('are made for this month and the next two, once', async () => {
    const now = new Date('2030-11-30T23:59:59.999Z');
    const created = ['audit_logs_2030_11', 'audit_logs_2030_12', 'audit_logs_2031_01'];
    expect(await maintainPartitions(owner, now, 365)).toEqual({ created, dropped: [] });
    expect(await maintainPartitions(owner, now, 365)).toEqual({ created: [], dropped: [] });
    const later = new Date('2030-12-01T00:00:00Z');
    expect(await maintainPartitions(owner, later, 365)).toEqual({
      created: ['audit_logs_2031_02'],
      dropped: [],
    });
  });

  it('take every moment of their month, in UTC', async () => {
    await maintainPartitions(owner, new Date('2030-01-15T00:00:00Z'), 365);
    const moments = [
      '2029-12-31T23:59:59.999Z',
      '2030-01-01T00:00:00Z',
      '2030-01-31T23:59:59.999Z',
      '2030-02-01T00:00:00Z',
    ];
    for (const moment of moments) await insertRow(moment);
    expect(await places()).toEqual([
      'audit_logs_default',
      'audit_logs_2030_01',
      'audit_logs_2030_01',
      'audit_logs_2030_02',
    ]);
  });

  it('receive the rows that came before them, with every constraint and index', async () => {
    await insertRow('2030-01-10T12:00:00Z');
    await insertRow('2029-06-10T12:00:00Z');
    expect(await places()).toEqual(['audit_logs_default', 'audit_logs_default']);
    const { created } = await maintainPartitions(owner, new Date('2030-01-15T00:00:00Z'), 365);
    expect(created.toSorted()).toEqual([
      'audit_logs_2029_06',
      'audit_logs_2030_01',
      'audit_logs_2030_02',
      'audit_logs_2030_03',
    ]);
    expect(await places()).toEqual(['audit_logs_2029_06', 'audit_logs_2030_01']);
    await expect(insertRow('2030-01-11T12:00:00Z', { result: 'maybe' })).rejects.toMatchObject({
      constraint: 'audit_logs_result_check',
    });
    const id = randomUUID();
    await insertRow('2030-01-11T12:00:00Z', { id });
    await expect(insertRow('2030-01-11T12:00:00Z', { id })).rejects.toMatchObject({
      code: '23505',
    });
  });

  it('are dropped whole once all of their month is older than the retention', async () => {
    await insertRow('2029-01-31T23:00:00Z');
    await insertRow('2029-02-01T00:00:00Z');
    await maintainPartitions(owner, new Date('2029-02-15T00:00:00Z'), 365);
    const keeping = await maintainPartitions(owner, new Date('2030-01-31T23:59:59Z'), 365);
    expect(keeping.dropped).toEqual([]);
    const dropping = await maintainPartitions(owner, new Date('2030-02-01T00:00:00Z'), 365);
    expect(dropping.dropped).toEqual(['audit_logs_2029_01']);
    expect(await places()).toEqual(['audit_logs_2029_02']);
  });

  it('are made once by two processes at the same time', async () => {
    const second = new pg.Client({ connectionString: database.directUrl });
    await second.connect();
    const now = new Date('2030-01-15T00:00:00Z');
    const outcomes = await Promise.all(
      [owner, second].map((client) => maintainPartitions(client, now, 365)),
    );
    expect(outcomes.map(({ created }) => created.length).toSorted()).toEqual([0, 3]);
    await second.end();
  });

  it('refuse no row that arrives while they are made', async () => {
    const [reader, writer] = [database.directUrl, database.directUrl].map(
      (connectionString) => new pg.Client({ connectionString }),
    ) as [pg.Client, pg.Client];
    await Promise.all([reader.connect(), writer.connect()]);
    await reader.query('BEGIN; SELECT FROM audit_logs_default');
    const making = maintainPartitions(owner, new Date('2030-01-15T00:00:00Z'), 365);
    const isWaiting = (text: string) =>
      eventually(async () => {
        const waiting = await database.query(
          `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE $1`,
          [`%${text}%`],
        );
        expect(waiting).toHaveLength(1);
      });
    await isWaiting('ATTACH');
    const writing = insertRow('2030-01-10T12:00:00Z', {}, writer);
    await isWaiting('INSERT INTO audit_logs (');
    await reader.query('COMMIT');
    await Promise.all([making, writing]);
    expect(await places()).toEqual(['audit_logs_2030_01']);
    await Promise.all([reader.end(), writer.end()]);
  });

  it('are as they were when their change fails, and the connection can be used again', async () => {
    await owner.query('CREATE TABLE audit_logs_2030_02 ()');
    const now = new Date('2030-01-15T00:00:00Z');
    await expect(maintainPartitions(owner, now, 365)).rejects.toThrow('audit_logs_2030_02');
    await owner.query('DROP TABLE audit_logs_2030_02');
    expect((await maintainPartitions(owner, now, 365)).created).toHaveLength(3);
  });

  it('are kept by every instance when it starts', async () => {
    const app = await TestApp.start({ database });
    const month = new Date().toISOString().slice(0, 7).replace('-', '_');
    await eventually(async () => {
      const found = await database.query('SELECT to_regclass($1) AS found', [
        `audit_logs_${month}`,
      ]);
      expect(found).toEqual([{ found: `audit_logs_${month}` }]);
    });
    const user = await signUp(app);
    await as(app, user).get('/api/tasks').expect(200);
    expect(new Set(await places())).toEqual(new Set([`audit_logs_${month}`]));
    await app.nest.get(PartitionKeeper).keep(new Date('2040-01-15T00:00:00Z'));
    expect(await database.query('SELECT FROM audit_logs')).toEqual([]);
    await app.stop();
  });

  it('are never missed at the midnight of a new month', async () => {
    const app = await TestApp.start({ database });
    await (
      await lockAuditLogs(app)
    )();
    jest.useFakeTimers({ now: new Date('2041-03-01T00:00:00.000Z'), doNotFake: [...REAL_TIMERS] });
    try {
      const first = await app.http.get('/nowhere');
      expect([first.status, await placeOf(first)]).toEqual([404, 'audit_logs_default']);
      const keeping = app.nest.get(PartitionKeeper).keep(new Date());
      const others = await Promise.all(Array.from({ length: 20 }, () => app.http.get('/nowhere')));
      await keeping;
      for (const answer of [first, ...others]) {
        expect([answer.status, await placeOf(answer)]).toEqual([404, 'audit_logs_2041_03']);
      }
    } finally {
      jest.useRealTimers();
      await app.stop();
    }
  });

  it('are tried again a minute after they could not be made', async () => {
    const nextMonth = new Date(Date.UTC(new Date().getUTCFullYear(), new Date().getUTCMonth() + 1));
    const name = `audit_logs_${nextMonth.toISOString().slice(0, 7).replace('-', '_')}`;
    await owner.query(`CREATE TABLE ${name} ()`);
    const timers = jest.spyOn(globalThis, 'setTimeout');
    const app = await TestApp.start({ database });
    const tryAgain = await eventually(() => {
      // What it asks PostgreSQL may take a minute as well, but keeps the process alive.
      const retry = timers.mock.calls.find(([, delayMs], index) => {
        const timer = timers.mock.results[index]?.value as NodeJS.Timeout;
        return delayMs === 60_000 && !timer.hasRef();
      });
      expect(retry).toEqual([expect.any(Function), 60_000]);
      return retry?.[0];
    });
    timers.mockRestore();
    await owner.query(`DROP TABLE ${name}`);
    tryAgain?.();
    await eventually(async () => {
      expect((await owner.query('SELECT to_regclass($1) AS name', [name])).rows).toEqual([
        { name },
      ]);
    });
    await app.stop();
  });

  it('stop nobody from being served when they cannot be kept', async () => {
    const stranger = new URL(database.directUrl);
    stranger.username = 'nobody_here';
    const app = await TestApp.start({ database, settings: { DATABASE_DIRECT_URL: stranger.href } });
    await app.nest.get(PartitionKeeper).keep(new Date());
    await app.http.get('/health').expect(200);
    await app.http.get('/nowhere').expect(404);
    expect(await places()).toEqual(['audit_logs_default']);
    await app.stop();
  });

  async function insertRow(
    timestamp: string,
    columns: { id?: string; result?: string } = {},
    client: pg.Client = owner,
  ): Promise<void> {
    await client.query(
      `INSERT INTO audit_logs (timestamp, id, action, result, request_duration_ms, method, status_code)
       VALUES ($1, $2, 'GET_TASK', $3, 1, 'GET', 200)`,
      [timestamp, columns.id ?? randomUUID(), columns.result ?? 'success'],
    );
  }

  async function placeOf({ headers }: { headers: Record<string, string> }): Promise<unknown> {
    const [row] = await database.query(
      'SELECT tableoid::regclass::text AS place FROM audit_logs WHERE id = $1',
      [headers['x-request-id']],
    );
    return row?.['place'];
  }

  async function places(): Promise<string[]> {
    const { rows } = await owner.query<{ place: string }>(
      'SELECT tableoid::regclass::text AS place FROM audit_logs ORDER BY timestamp',
    );
    return rows.map(({ place }) => place);
  }
});
