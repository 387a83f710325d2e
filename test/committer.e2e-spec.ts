import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { type AuditRow, auditRow, COLUMNS } from '../src/audit/audit-row.js';
import { Committer } from '../src/audit/committer.js';
import { Metrics } from '../src/http/metrics.js';
import { Recorder } from '../src/http/recorder.js';
import { aContext } from './support/contexts.js';
import { as, signUp } from './support/factories.js';
import { lockAuditLogs } from './support/audit-lock.js';
import { TestApp } from './support/test-app.js';

const PATIENTLY_MS = 30_000;

describe('the committer', () => {
  let app: TestApp;
  let committer: Committer;
  beforeAll(async () => {
    app = await TestApp.start({ provoked: ['22001', '22021', '22P02', '22P05', '23514'] });
    committer = app.nest.get(Committer);
  });
  afterAll(() => app.stop());

  it('gathers what arrives while a batch is on its way into the next one', async () => {
    const unlock = await lockAuditLogs(app);
    const before = await batches();
    const rows = Array.from({ length: 201 }, () => row({}));
    const storing = Promise.all(rows.map((each) => committer.store(each, PATIENTLY_MS)));
    await unlock();
    await storing;
    const after = await batches();
    expect([after.rows - before.rows, after.commits - before.commits]).toEqual([201, 2]);
  });

  it('stores the row of each of two hundred concurrent requests, never in more commits', async () => {
    const user = await signUp(app);
    const before = await batches();
    const answers = await Promise.all(
      Array.from({ length: 200 }, () => as(app, user).get('/api/tasks/0')),
    );
    const after = await batches();
    expect(after.rows - before.rows).toBe(200);
    expect(after.commits - before.commits).toBeLessThanOrEqual(200);
    const ids = answers.map(({ headers }) => headers['x-request-id']);
    expect(await stored(ids)).toHaveLength(200);
  });

  it('waits a moment for the rows of requests under way, and no longer once all have come', async () => {
    const recorder = app.nest.get(Recorder);
    const before = await batches();
    const others = [aContext(), aContext()];
    for (const context of others) recorder.expect(context);
    const first = committer.store(row({}), PATIENTLY_MS);
    await Promise.all([first, ...others.map((context) => recorder.settle(context, 200))]);
    const after = await batches();
    expect([after.rows - before.rows, after.commits - before.commits]).toEqual([3, 1]);
    expect(recorder.isExpecting).toBe(false);
  });

  it('does not wait long for the row of a request that takes its time', async () => {
    const recorder = app.nest.get(Recorder);
    const slow = aContext();
    recorder.expect(slow);
    await committer.store(row({}), PATIENTLY_MS);
    expect(recorder.isExpecting).toBe(true);
    await recorder.settle(slow, 200);
  });

  it('stores one row at once when nothing else waits', async () => {
    const before = await batches();
    await app.http.get('/nowhere');
    expect((await batches()).commits - before.commits).toBe(1);
  });

  it('F18 stores a poisoned row without its client’s texts, and all others as they are', async () => {
    const good = Array.from({ length: 30 }, () => row({ client: 'a good client' }));
    const poisoned = [
      row({ client: 'NUL \0' }),
      row({ error_message: 'NUL \0', result: 'error' }),
      row({ trace_id: 'x'.repeat(1_000_000) }),
      row({ details: '{"broken"' }),
      row({ details: String.raw`{"nul": "\u0000"}` }),
      row({ resource_id: 'no uuid' }),
      row({ action: 'A'.repeat(101) }),
      row({ route: '/\0' }),
    ];
    const rows = good.toSpliced(11, 0, ...poisoned);
    await Promise.all(rows.map((each) => committer.store(each, PATIENTLY_MS)));
    expect(await stored(rows.map(idOf))).toHaveLength(38);
    const kept = await stored(good.map(idOf));
    expect(new Set(kept.map(({ client }) => client))).toEqual(new Set(['a good client']));
    for (const { action, client, details, trace_id: traceId } of await stored(poisoned.map(idOf))) {
      expect(String(action).length).toBeLessThanOrEqual(100);
      expect([client, details, traceId]).toEqual([null, null, null]);
    }
  });

  it('refuses only the row that cannot be stored at all', async () => {
    const impossible = row({ status_code: 5 });
    const good = row({});
    const outcomes = await Promise.allSettled(
      [impossible, good].map((each) => committer.store(each, PATIENTLY_MS)),
    );
    expect(outcomes[0]).toMatchObject({ reason: { code: 'audit_unavailable' } });
    expect(outcomes[1]?.status).toBe('fulfilled');
    expect(await stored([idOf(good)])).toHaveLength(1);
  });

  it('F18 stores the row of a user who is gone by now without what leads back to them', async () => {
    const { user } = await signUp(app);
    const [theirs, strangers] = [user.id, randomUUID()].map((userId) =>
      row({ user_id: userId, client: '192.0.2.1 browser', error_message: 'x' }),
    ) as [AuditRow, AuditRow];
    await Promise.all([theirs, strangers].map((each) => committer.store(each, PATIENTLY_MS)));
    expect(await stored([idOf(theirs)])).toMatchObject([
      { user_id: user.id, client: '192.0.2.1 browser' },
    ]);
    expect(await stored([idOf(strangers)])).toMatchObject([
      { user_id: null, client: null, error_message: null },
    ]);
  });

  it('G3 stores a row once, however often it is handed in', async () => {
    const twice = row({});
    await Promise.all([twice, twice].map((each) => committer.store(each, PATIENTLY_MS)));
    await committer.store(twice, PATIENTLY_MS);
    expect(await stored([idOf(twice)])).toHaveLength(1);
  });

  it('F04 stores the next row after its connection was killed', async () => {
    const application = new pg.Client({ connectionString: app.database.applicationUrl });
    await application.connect();
    await app.http.get('/nowhere').expect(404);
    const { rows } = await application.query(
      `SELECT pg_terminate_backend(pid, 5000) AS killed FROM pg_stat_activity
       WHERE application_name = 'mindflow-audit' AND datname = current_database()`,
    );
    expect(rows).toEqual([{ killed: true }]);
    const { headers, status } = await app.http.get('/nowhere');
    expect(status).toBe(404);
    expect(await stored([headers['x-request-id']])).toHaveLength(1);
    await application.end();
  });

  it('F20 refuses rows beyond two thousand waiting ones at once, and stores the others when it can', async () => {
    const unlock = await lockAuditLogs(app);
    const rows = Array.from({ length: 2001 }, () => row({}));
    const storing = Promise.all(rows.map((each) => committer.store(each, PATIENTLY_MS)));
    await expect(committer.store(row({}), PATIENTLY_MS)).rejects.toMatchObject({
      code: 'audit_unavailable',
    });
    await unlock();
    await storing;
    const [count] = await app.database.query(
      'SELECT count(*)::int AS n FROM audit_logs WHERE id = ANY($1)',
      [rows.map(idOf)],
    );
    expect(count).toEqual({ n: 2001 });
  });

  it('lets nobody wait longer than they can', async () => {
    const unlock = await lockAuditLogs(app);
    const startedMs = performance.now();
    await expect(committer.store(row({}), 100)).rejects.toMatchObject({
      code: 'audit_unavailable',
    });
    expect(performance.now() - startedMs).toBeLessThan(1000);
    await unlock();
  });

  async function batches(): Promise<{ rows: number; commits: number }> {
    const metric = await app.nest
      .get(Metrics)
      .registry.getSingleMetric('mindflow_audit_batch_rows')
      ?.get();
    const value = (suffix: string) =>
      metric?.values.find(
        (each) => 'metricName' in each && each.metricName === `mindflow_audit_batch_rows_${suffix}`,
      )?.value ?? 0;
    return { rows: value('sum'), commits: value('count') };
  }

  function stored(ids: unknown[]): Promise<Record<string, unknown>[]> {
    return app.database.query('SELECT * FROM audit_logs WHERE id = ANY($1)', [ids]);
  }
});

function row(columns: Record<string, string | number | null>): AuditRow {
  const row = auditRow(aContext(), 200);
  return row.map((value, index) => columns[COLUMNS[index]?.[0] ?? ''] ?? value);
}

function idOf(row: AuditRow): string {
  return String(row[1]);
}
