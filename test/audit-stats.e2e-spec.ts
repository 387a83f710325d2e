import { randomInt } from 'node:crypto';
import pg from 'pg';
import { auditStatsStatement, type Bucket } from '../src/audit/audit-stats.query.js';
import { as, signUp, type TestUser } from './support/factories.js';
import { TestApp } from './support/test-app.js';
import { TestDatabase } from './support/test-database.js';

interface Row {
  timestamp: string;
  action: string;
  result: 'success' | 'error';
  durationMs: number;
  count: number;
}

interface Item {
  action: string;
  bucketStart: string;
  count: number;
  errors: number;
  p50Ms: number;
  p95Ms: number;
  p99Ms: number;
}

const BUCKET_MS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };
const FROM = '2020-02-28T22:15:30.250Z';
const TO = '2020-03-02T03:05:00.000Z';

const INSERT_ROWS = `
  INSERT INTO audit_logs (timestamp, id, user_id, action, result, request_duration_ms, method, status_code, count)
  SELECT r.timestamp, gen_random_uuid(), $1, r.action, r.result, r."durationMs", 'GET', 200, r.count
  FROM json_to_recordset($2) AS r
    (timestamp timestamptz, action text, result text, "durationMs" float8, count int)`;

describe('GET /api/audit-logs/stats', () => {
  let app: TestApp;
  let owner: TestUser;
  let other: TestUser;
  let rows: Row[];
  beforeAll(async () => {
    app = await TestApp.start();
    [owner, other] = await Promise.all([signUp(app), signUp(app)]);
    rows = randomRows(600);
    await app.database.query(INSERT_ROWS, [owner.user.id, JSON.stringify(rows)]);
    await app.database.query(INSERT_ROWS, [other.user.id, JSON.stringify(randomRows(100))]);
  });
  afterAll(() => app.stop());

  it.each<Bucket>(['minute', 'hour', 'day'])(
    'counts and measures per %s what a sum by hand finds in the same rows',
    async (bucket) => {
      const from = bucket === 'minute' ? '2020-03-01T03:00:00.000Z' : FROM;
      const found = await stats(`bucket=${bucket}&from=${from}&to=${TO}`);
      const expected = byHand(rows, bucket, [from, TO]);
      expect(expected.length).toBeGreaterThan(9);
      const close = (ms: number): number => expect.closeTo(ms, 6) as number;
      const measured = expected.map(({ p50Ms, p95Ms, p99Ms, ...item }) => {
        return { ...item, p50Ms: close(p50Ms), p95Ms: close(p95Ms), p99Ms: close(p99Ms) };
      });
      expect(found).toEqual(measured);
    },
  );

  it('Z03 counts nobody else’s requests', async () => {
    const stranger = await signUp(app);
    expect(await stats(`bucket=day&from=${FROM}&to=${TO}`, stranger)).toEqual([]);
    const total = (items: Item[]) => items.reduce((sum, { count }) => sum + count, 0);
    const expected = total(byHand(rows, 'day', [FROM, TO]));
    expect(total(await stats(`bucket=day&from=${FROM}&to=${TO}`))).toBe(expected);
  });

  it('covers the last 24 hours when it is asked for nothing else', async () => {
    const user = await signUp(app);
    const hours = [0, 22, 25].map((ago) => new Date(Date.now() - ago * BUCKET_MS.hour));
    const recent = hours.map((moment) => rowAt(moment.toISOString()));
    await app.database.query(INSERT_ROWS, [user.user.id, JSON.stringify(recent)]);
    const items = (await stats('', user)).filter(({ action }) => action === 'A_TEST');
    expect(items.map(({ count }) => count)).toEqual([1, 1]);
    expect(items[0]?.bucketStart).toMatch(/:00:00\.000Z$/);
  });

  it('begins 24 buckets before the end of the one that holds `to`', async () => {
    const user = await signUp(app);
    const moments = [
      '2020-01-02T05:59:59.999Z',
      '2020-01-02T06:00:00Z',
      '2020-01-03T05:29:59.999Z',
    ];
    const around = moments.map(rowAt);
    await app.database.query(INSERT_ROWS, [user.user.id, JSON.stringify(around)]);
    const items = await stats('to=2020-01-03T05:30:00Z', user);
    expect(items.map(({ bucketStart }) => bucketStart)).toEqual([
      '2020-01-02T06:00:00.000Z',
      '2020-01-03T05:00:00.000Z',
    ]);
  });

  it('counts a refusal that stands for several as many, and shows the caller’s own errors', async () => {
    const user = await signUp(app);
    await as(app, user).get('/api/tasks/999').expect(404);
    const refused = { ...rowAt(new Date().toISOString()), result: 'error' as const, count: 7 };
    await app.database.query(INSERT_ROWS, [user.user.id, JSON.stringify([refused])]);
    const items = await stats('bucket=day', user);
    expect(items).toContainEqual(expect.objectContaining({ action: 'GET_TASK', errors: 1 }));
    expect(items).toContainEqual(
      expect.objectContaining({ action: 'A_TEST', count: 7, errors: 7, p50Ms: 1.5, p99Ms: 1.5 }),
    );
  });

  it.each([
    ['bucket=week', 'bucket'],
    ['from=yesterday', 'from'],
    ['to=soon', 'to'],
    ['action=A', 'action'],
    ['from=2030-01-02T00:00:00Z&to=2030-01-01T00:00:00Z', 'from'],
    ['from=2030-01-01T00:00:00Z&to=2030-01-01T00:00:00Z', 'from'],
    ['bucket=minute&from=2030-01-01T00:00:00Z&to=2030-01-02T01:00:00.001Z', 'from'],
  ])('refuses ?%s, naming %s', async (query, path) => {
    const { status, body } = await as(app, owner).get(`/api/audit-logs/stats?${query}`);
    expect([status, body.code, body.errors[0].path]).toEqual([400, 'validation_failed', path]);
  });

  it('takes 1500 buckets at once', async () => {
    const from = '2030-01-01T00:00:00Z';
    expect(await stats(`bucket=minute&from=${from}&to=2030-01-02T01:00:00Z`)).toEqual([]);
  });

  it('needs a signed-in user', async () => {
    await app.http.get('/api/audit-logs/stats').expect(401);
  });

  async function stats(query: string, user = owner): Promise<Item[]> {
    const { body, headers } = await as(app, user).get(`/api/audit-logs/stats?${query}`).expect(200);
    expect(headers['content-type']).toBe('application/json; charset=utf-8');
    return (body as { items: Item[] }).items;
  }
});

describe('the plan of the statistics', () => {
  let database: TestDatabase;
  let client: pg.Client;
  beforeAll(async () => {
    database = await TestDatabase.create();
    client = new pg.Client({ connectionString: database.directUrl });
    await client.connect();
    await client.query(`
      CREATE TABLE audit_logs_2030_01 PARTITION OF audit_logs FOR VALUES FROM ('2030-01-01Z') TO ('2030-02-01Z');
      CREATE TABLE audit_logs_2030_02 PARTITION OF audit_logs FOR VALUES FROM ('2030-02-01Z') TO ('2030-03-01Z');
      INSERT INTO audit_logs (timestamp, id, user_id, action, result, request_duration_ms, method, status_code)
      SELECT '2030-01-01Z'::timestamptz + n * interval '5 minutes', gen_random_uuid(),
        ('00000000-0000-7000-8000-00000000000' || n % 10)::uuid, 'A_TEST', 'success', 1, 'GET', 200
      FROM generate_series(0, 16000) n;
      ANALYZE audit_logs`);
  });
  afterAll(async () => {
    await client.end();
    await database.drop();
  });

  it.each(['force_custom_plan', 'force_generic_plan'])(
    'reads one month only, by the index on user and time (%s)',
    async (mode) => {
      const { text } = auditStatsStatement('', {
        bucket: 'hour',
        from: new Date(),
        to: new Date(),
      });
      await client.query(`SET plan_cache_mode = ${mode}`);
      await client.query(`PREPARE ${mode} (uuid, text, timestamptz, timestamptz) AS ${text}`);
      const explained = await client.query<{ 'QUERY PLAN': string }>(`EXPLAIN (ANALYZE, COSTS OFF)
        EXECUTE ${mode} ('00000000-0000-7000-8000-000000000003', 'hour', '2030-01-30Z', '2030-01-31Z')`);
      const plan = explained.rows.map((row) => row['QUERY PLAN']).join('\n');
      expect(plan).toMatch(/audit_logs_2030_01_user_id_timestamp_id_idx/);
      expect(plan).not.toMatch(/audit_logs_2030_02|audit_logs_default|Seq Scan/);
    },
  );
});

/** Rows around the span, few enough actions that a bucket holds several, and some on its edges. */
function randomRows(count: number): Row[] {
  const [start, end] = [Date.parse(FROM) - BUCKET_MS.hour, Date.parse(TO) + BUCKET_MS.hour];
  const moments = Array.from({ length: count }, () =>
    new Date(randomInt(start, end)).toISOString(),
  );
  return [FROM, TO, '2020-02-29T00:00:00.000Z', '2020-02-29T23:59:59.999Z', ...moments].map(
    (timestamp) => ({
      timestamp,
      action: ['CREATE_TASK', 'GET_BEST_TASK', 'LIST_TASKS'][randomInt(3)] ?? '',
      result: randomInt(5) === 0 ? 'error' : 'success',
      durationMs: randomInt(100_000) / 1000,
      count: randomInt(10) === 0 ? randomInt(1, 50) : 1,
    }),
  );
}

function rowAt(timestamp: string): Row {
  return { timestamp, action: 'A_TEST', result: 'success', durationMs: 1.5, count: 1 };
}

function byHand(rows: Row[], bucket: Bucket, [from, to]: [string, string]): Item[] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    if (row.timestamp < from || row.timestamp >= to) continue;
    const size = BUCKET_MS[bucket];
    const start = new Date(Math.floor(Date.parse(row.timestamp) / size) * size).toISOString();
    const key = `${start} ${row.action}`;
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, members]) => {
      const [bucketStart = '', action = ''] = key.split(' ');
      const durations = members.map(({ durationMs }) => durationMs).sort((a, b) => a - b);
      return {
        action,
        bucketStart,
        count: total(members),
        errors: total(members.filter(({ result }) => result === 'error')),
        p50Ms: percentile(durations, 0.5),
        p95Ms: percentile(durations, 0.95),
        p99Ms: percentile(durations, 0.99),
      };
    });
}

function total(rows: Row[]): number {
  return rows.reduce((sum, { count }) => sum + count, 0);
}

/** Between the two neighbours of the place, in proportion. */
function percentile(ascending: number[], share: number): number {
  const place = share * (ascending.length - 1);
  const lower = ascending[Math.floor(place)] ?? NaN;
  const upper = ascending[Math.ceil(place)] ?? NaN;
  return lower + (upper - lower) * (place - Math.floor(place));
}
