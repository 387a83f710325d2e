import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import pg from 'pg';
import { PARTITION_LOCK } from '../src/audit/partitions.js';
import { sealKey, type Seal } from '../src/audit/seals/seal.js';
import { sealClosedRows } from '../src/audit/seals/seal-closed-rows.js';
import { auditVerifyCommand } from '../src/cli/audit-verify-command.js';
import { type Outcome } from '../src/cli/program.js';
import { migrate } from '../src/database/migrations.js';
import { eventually } from './support/eventually.js';
import { testSettings } from './support/test-app.js';
import { TestDatabase } from './support/test-database.js';

const PATIENTLY_MS = 20_000;
const MOVE_TO_MAY = `
      CREATE TABLE audit_logs_2031_05 (LIKE audit_logs INCLUDING DEFAULTS INCLUDING CONSTRAINTS);
      WITH moved AS (DELETE FROM audit_logs_default RETURNING *)
      INSERT INTO audit_logs_2031_05 SELECT * FROM moved;
      ALTER TABLE audit_logs ATTACH PARTITION audit_logs_2031_05
        FOR VALUES FROM ('2031-05-01T00:00:00Z') TO ('2031-06-01T00:00:00Z')`;
const DETAILS = { score: 78.4 };

// A transaction of any other test on the same server holds the horizon up.
jest.setTimeout(30_000);

describe('the seals of the record', () => {
  let database: TestDatabase;
  let owner: pg.Client;
  beforeEach(async () => {
    database = await TestDatabase.create();
    owner = await connect();
  });
  afterEach(async () => {
    await owner.end();
    await database.drop();
  });

  it('cover every stored row once, each seal holding the one before', async () => {
    await insertRows(3);
    const [first] = await seal();
    expect(await seal()).toEqual([]);
    await insertRows(2);
    const [second] = await seal();
    expect(first).toMatchObject({ sequence: 1, rowCount: 3 });
    expect(second).toMatchObject({
      sequence: 2,
      rowCount: 2,
      previous: first?.digest,
      fromPosition: first?.toPosition,
    });
    expect(await verify()).toEqual({
      exitCode: 0,
      text: 'the record is as it was sealed: 2 seals, 5 sealed rows, 0 expired, 0 not sealed yet',
    });
  });

  it('cover a row that arrived early and was committed late', async () => {
    const late = await connect();
    await late.query('BEGIN');
    const id = await insertRow({}, late);
    await insertRows(2);
    expect(await sealNow()).toEqual([]);
    expect((await verify()).text).toContain('2 not sealed yet');
    await late.query('COMMIT');
    await late.end();
    expect((await seal()).map(({ rowCount }) => rowCount)).toEqual([3]);
    await owner.query('DELETE FROM audit_logs WHERE id = $1', [id]);
    expect(await verify()).toMatchObject({ exitCode: 1 });
  });

  it('are made by one process at a time', async () => {
    await insertRows(5);
    await horizonPassed();
    const second = await connect();
    const key = sealKey(testSettings(database));
    await Promise.all([owner, second].map((client) => sealClosedRows(client, key)));
    await second.end();
    expect((await verify()).text).toContain('1 seals, 5 sealed rows');
  });

  it('are one for each month, so that an expired month can go', async () => {
    await insertRow({ timestamp: '2020-01-31T23:59:59.999Z' });
    await insertRow({ timestamp: '2020-02-01T00:00:00Z' });
    await insertRow({ timestamp: new Date().toISOString() });
    expect((await seal()).map(({ month }) => month.slice(0, 7))).toEqual([
      '2020-01',
      '2020-02',
      new Date().toISOString().slice(0, 7),
    ]);
    await owner.query(`DELETE FROM audit_logs WHERE timestamp < '2020-02-01T00:00:00Z'`);
    expect(await verify()).toEqual({
      exitCode: 0,
      text: 'the record is as it was sealed: 3 seals, 2 sealed rows, 1 expired, 0 not sealed yet',
    });
    await owner.query(`DELETE FROM audit_logs WHERE timestamp > '2020-03-01T00:00:00Z'`);
    expect((await verify()).text).toMatch(/^seal 3: 1 row was removed \(\d{4}-\d\d\)\n/);
  });

  it('say nothing of what may be forgotten about a user', async () => {
    const userId = randomUUID();
    await insertRow({ user_id: userId, client: '192.0.2.1', error_message: 'x', trace_id: 'y' });
    await seal();
    await owner.query('SELECT forget_user_in_audit_logs($1)', [userId]);
    expect((await verify()).exitCode).toBe(0);
  });

  it('wait for rows that are on their way to the partition of their month', async () => {
    await insertRow({ timestamp: '2031-05-05T12:00:00Z' });
    await horizonPassed();
    const keeper = await connect();
    await keeper.query('BEGIN');
    await keeper.query('SELECT pg_advisory_xact_lock($1)', [PARTITION_LOCK]);
    await keeper.query(MOVE_TO_MAY);
    const sealing = sealNow();
    await eventually(async () => {
      const waiting = await database.query(
        `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`,
      );
      expect(waiting).toHaveLength(1);
    });
    await keeper.query('COMMIT');
    await keeper.end();
    expect((await sealing).map(({ rowCount }) => rowCount)).toEqual([1]);
    expect((await verify()).exitCode).toBe(0);
  });

  it('stay right when rows move to the partition of their month', async () => {
    const timestamp = '2031-05-05T12:00:00Z';
    await insertRow({ timestamp });
    await seal();
    await owner.query(MOVE_TO_MAY);
    expect((await verify()).exitCode).toBe(0);
  });

  describe('give away', () => {
    beforeEach(async () => {
      await insertRows(3);
      await seal();
      await insertRows(3);
      await seal();
    });

    it('nothing while nobody touches it', async () => {
      expect((await verify()).exitCode).toBe(0);
    });

    const firstRow = `id = (SELECT id FROM audit_logs ORDER BY position, id LIMIT 1)`;

    it.each([
      [
        'a flipped byte of its details',
        `UPDATE audit_logs SET details = '{"score": 78.5}' WHERE ${firstRow}`,
      ],
      ['another status', `UPDATE audit_logs SET status_code = 201 WHERE ${firstRow}`],
      [
        'another time',
        `UPDATE audit_logs SET timestamp = timestamp + interval '1 ms' WHERE ${firstRow}`,
      ],
      [
        'a duration off by its last bit',
        `UPDATE audit_logs SET request_duration_ms = 1.0000000000000002 WHERE ${firstRow}`,
      ],
      [
        'two actions exchanged',
        `UPDATE audit_logs a SET action = b.action FROM audit_logs b WHERE b.id <> a.id`,
      ],
    ])('%s', async (_, statement) => {
      await owner.query(statement);
      const { exitCode, text } = await verify();
      expect(exitCode).toBe(1);
      expect(text).toMatch(/^seal 1: a row was changed \(/);
    });

    it('a removed row', async () => {
      await owner.query(`DELETE FROM audit_logs WHERE ${firstRow}`);
      expect((await verify()).text).toMatch(/^seal 1: 1 row was removed \(/);
    });

    it('an inserted row', async () => {
      await owner.query(`
        INSERT INTO audit_logs (timestamp, id, action, result, request_duration_ms, method, status_code, position)
        SELECT timestamp, gen_random_uuid(), action, result, 1, method, 200, position
        FROM audit_logs WHERE ${firstRow}`);
      expect((await verify()).text).toMatch(/^seal 1: 1 row was inserted \(/);
    });

    it('a row inserted into a month that has no seal', async () => {
      await owner.query(`
        INSERT INTO audit_logs (timestamp, id, action, result, request_duration_ms, method, status_code, position)
        VALUES ('2020-01-01', gen_random_uuid(), 'GET_TASK', 'success', 1, 'GET', 200, 5)`);
      expect((await verify()).text).toMatch(/^seal 1: 1 row was inserted \(2020-01\)/);
    });

    it('a row that would never be sealed', async () => {
      await insertRow({ position: '9007199254740993' });
      expect((await verify()).text).toMatch(/^rows with a position of the future: 1/);
    });

    it('a seal that was changed to suit its rows', async () => {
      await owner.query(`DELETE FROM audit_logs WHERE ${firstRow}`);
      await owner.query('UPDATE audit_seals SET row_count = 2 WHERE sequence = 1');
      expect((await verify()).text).toMatch(/^seal 1 was changed, or made with another key\n/);
    });

    it('another key', async () => {
      const { exitCode, text } = await verify([], 'another key, also long enough to be taken');
      expect(exitCode).toBe(1);
      expect(text).toContain('seal 2 was changed, or made with another key');
    });

    it('a seal taken out of the middle', async () => {
      await owner.query('DELETE FROM audit_seals WHERE sequence = 1');
      const { text } = await verify();
      expect(text).toContain('the seals before seal 2 are missing');
      expect(text).toContain('seal 2 does not follow the seal before it');
    });

    it('rows cut off the end', async () => {
      await owner.query(
        'DELETE FROM audit_logs WHERE position >= (SELECT max(from_position) FROM audit_seals)',
      );
      expect((await verify()).text).toMatch(/^seal 2: 3 rows were removed \(/);
    });

    it('a tail cut off with its seals, to whoever holds the last one', async () => {
      const [held] = await owner
        .query(`SELECT encode(digest, 'hex') AS digest FROM audit_seals WHERE sequence = 2`)
        .then(({ rows }) => rows as { digest: string }[]);
      await owner.query(
        'DELETE FROM audit_logs WHERE position >= (SELECT max(from_position) FROM audit_seals)',
      );
      await owner.query('DELETE FROM audit_seals WHERE sequence = 2');
      expect((await verify()).exitCode).toBe(0);
      expect(await verify(['--expect', `2:${held?.digest ?? ''}`])).toMatchObject({
        exitCode: 1,
        text: expect.stringMatching(/^seal 2 is held elsewhere and missing: the tail was cut\n/),
      });
      await insertRow({});
      await seal();
      expect((await verify(['--expect', `2:${held?.digest ?? ''}`])).text).toMatch(
        /^seal 2 is another than the one held elsewhere\n/,
      );
    });
  });

  it.each([['--expect', '1'], ['--expect', '1:xyz'], ['--unknown'], ['something']])(
    'are not compared with %s %s',
    async (...args) => {
      expect((await verify(args.filter(Boolean))).exitCode).toBe(64);
    },
  );

  it('go on after a restore into a cluster whose transactions count from lower', async () => {
    await countTransactionsFrom(1_000_000);
    await insertRows(2);
    await seal();
    await countTransactionsFrom(0);
    await expect(sealNow()).rejects.toThrow('npm run migrate');
    await migrate(testSettings(database));
    await insertRows(3);
    expect((await seal()).map(({ rowCount }) => rowCount)).toEqual([3]);
    expect((await verify()).exitCode).toBe(0);
  });

  /** What the ids of transactions are in another cluster. */
  async function countTransactionsFrom(first: number): Promise<void> {
    await owner.query(`
      CREATE OR REPLACE FUNCTION audit_position(transaction_id xid8) RETURNS bigint
      LANGUAGE sql IMMUTABLE AS 'SELECT transaction_id::text::bigint + ${String(first)}'`);
  }

  async function connect(): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: database.directUrl });
    await client.connect();
    return client;
  }

  async function seal(): Promise<Seal[]> {
    await horizonPassed();
    return sealNow();
  }

  function sealNow(): Promise<Seal[]> {
    return sealClosedRows(owner, sealKey(testSettings(database)));
  }

  /** Every transaction has ended that began before the last row, in whatever database of the server. */
  async function horizonPassed(): Promise<void> {
    await eventually(async () => {
      const { rows } = await owner.query(
        `SELECT FROM audit_logs
         WHERE position >= audit_position(pg_snapshot_xmin(pg_current_snapshot()))`,
      );
      expect(rows).toEqual([]);
    }, PATIENTLY_MS);
  }

  function verify(args: string[] = [], AUDIT_SEAL_KEY?: string): Promise<Outcome> {
    const settings = testSettings(database, AUDIT_SEAL_KEY === undefined ? {} : { AUDIT_SEAL_KEY });
    return auditVerifyCommand(settings, args);
  }

  async function insertRows(count: number): Promise<void> {
    for (let index = 0; index < count; index++) {
      await insertRow({ action: `ACTION_${String(index)}` });
    }
  }

  async function insertRow(columns: Record<string, unknown>, client = owner): Promise<string> {
    const row = {
      timestamp: new Date().toISOString(),
      id: randomUUID(),
      action: 'GET_TASK',
      result: 'success',
      request_duration_ms: 1,
      method: 'GET',
      status_code: 200,
      details: DETAILS,
      ...columns,
    };
    const names = Object.keys(row);
    const places = names.map((_, index) => `$${String(index + 1)}`);
    await client.query(
      `INSERT INTO audit_logs (${names.join(', ')}) VALUES (${places.join(', ')})`,
      Object.values(row),
    );
    return row.id;
  }
});
