import { randomUUID } from 'node:crypto';
import { auditLogStatement } from '../src/audit/audit-logs.repository.js';
import { as, signUp, type TestUser } from './support/factories.js';
import { TestApp } from './support/test-app.js';

interface Entry {
  id: string;
  timestamp: string;
  userId: string;
  action: string;
  resourceId: string | null;
  result: string;
}

describe('GET /api/audit-logs', () => {
  const resourceId = randomUUID();
  let app: TestApp;
  let owner: TestUser;
  let other: TestUser;
  beforeAll(async () => {
    app = await TestApp.start();
    [owner, other] = await Promise.all([signUp(app), signUp(app)]);
    for (const { user } of [owner, other]) await insertHistory(user.id);
  });
  afterAll(() => app.stop());

  it('shows what was asked and how it ended, in camelCase and UTC', async () => {
    const sent = await as(app, owner)
      .get('/api/tasks?limit=5')
      .set('traceparent', '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01')
      .set('User-Agent', 'a test');
    const { items } = await list('limit=1');
    expect(items).toEqual([
      {
        id: sent.headers['x-request-id'],
        timestamp: expect.stringMatching(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/),
        userId: owner.user.id,
        action: 'LIST_TASKS',
        resourceId: null,
        result: 'success',
        errorMessage: null,
        requestDurationMs: expect.any(Number),
        traceId: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
        method: 'GET',
        route: '/api/tasks',
        statusCode: 200,
        client: expect.stringMatching(/^\S+ a test$/),
        details: null,
        count: 1,
      },
    ]);
  });

  it('gives durations to the microsecond, in JSON without spaces', async () => {
    const id = randomUUID();
    await app.database.query(
      `INSERT INTO audit_logs (id, timestamp, user_id, action, result, request_duration_ms, method, status_code)
       VALUES ($1, now(), $2, 'LIST_TASKS', 'success', 0.1::float8 + 0.2::float8, 'GET', 200)`,
      [id, other.user.id],
    );
    const { text } = await as(app, other).get('/api/audit-logs?limit=5').expect(200);
    expect(text).toContain(`{"id":"${id}","timestamp":"`);
    expect(text).toContain('"requestDurationMs":0.3,');
  });

  it('Z03 shows nobody else’s entries, newest first', async () => {
    const { items } = await list('limit=100');
    expect(new Set(items.map(({ userId }) => userId))).toEqual(new Set([owner.user.id]));
    const keys = items.map(({ timestamp, id }) => timestamp + id);
    expect(keys).toEqual(keys.toSorted().toReversed());
  });

  it.each(['', 'action=OLD_ACTION&', 'result=error&', `resourceId=${resourceId}&`])(
    'neither skips nor repeats an entry from page to page of ?%s',
    async (filters) => {
      const to = `to=${new Date().toISOString()}`;
      const expected = (await list(`${filters}${to}&limit=100`)).items;
      const seen: Entry[] = [];
      let cursor: string | null = null;
      do {
        const page = await list(
          `${filters}${to}&limit=7${cursor === null ? '' : `&cursor=${cursor}`}`,
        );
        seen.push(...page.items);
        cursor = page.nextCursor;
      } while (cursor !== null);
      expect(seen.length).toBeGreaterThan(7);
      expect(seen).toEqual(expected);
    },
  );

  it('filters by action, result, resource and time', async () => {
    expect(await total('action=OLD_ACTION')).toBe(20);
    expect(await total('action=OLD_ACTION&result=error')).toBe(10);
    expect(await total(`resourceId=${resourceId}`)).toBe(20);
    expect(await total(`resourceId=${randomUUID()}`)).toBe(0);
    expect(await total('action=NO_SUCH_ACTION')).toBe(0);
    const [from, to] = ['2020-01-01T00:00:05Z', '2020-01-01T00:00:08Z'];
    expect(await total(`from=${from}&to=${to}`)).toBe(6);
    expect(await total(`from=2020-01-01T02:00:05%2B02:00&to=${to}`)).toBe(6);
  });

  it('refuses a cursor of other filters or of another user', async () => {
    const { nextCursor } = await list('limit=3&action=OLD_ACTION');
    const cursor = nextCursor ?? '';
    for (const [user, query] of [
      [owner, `limit=3&cursor=${cursor}`],
      [owner, `limit=3&action=OTHER&cursor=${cursor}`],
      [other, `limit=3&action=OLD_ACTION&cursor=${cursor}`],
      [owner, `limit=3&action=OLD_ACTION&cursor=${cursor.slice(0, -2)}`],
    ] as const) {
      const { status, body } = await as(app, user).get(`/api/audit-logs?${query}`);
      expect([status, body.code]).toEqual([400, 'invalid_cursor']);
    }
    await as(app, owner)
      .get(`/api/audit-logs?limit=9&action=OLD_ACTION&cursor=${cursor}`)
      .expect(200);
  });

  it.each([
    'limit=0',
    'limit=101',
    'limit=x',
    'result=maybe',
    'resourceId=1',
    'from=now',
    'action=a',
    'user=1',
  ])('refuses ?%s by the name of its parameter', async (query) => {
    const { status, body } = await as(app, owner).get(`/api/audit-logs?${query}`);
    expect([status, body.code]).toEqual([400, 'validation_failed']);
    expect(body.errors[0].path).toBe(query.split('=')[0]);
  });

  it('needs a signed-in user', async () => {
    await app.http.get('/api/audit-logs').expect(401);
  });

  it('reads a page by the index on user and time, from no newer month than it begins in', async () => {
    const after = { timestamp: '2020-01-01T00:00:30Z', id: randomUUID() };
    const { text, values } = auditLogStatement(owner.user.id, {}, { limit: 51, after });
    await app.database.query('SET enable_seqscan = off');
    const plan = await app.database.query(`EXPLAIN ${text}`, values);
    const lines = plan.map((row) => row['QUERY PLAN']).join('\n');
    expect(lines).toMatch(/Index Scan Backward using audit_logs_default_user_id_timestamp_id_idx/);
    expect(lines).not.toMatch(/-> +Sort /);
    expect(lines).not.toMatch(/audit_logs_2\d{3}_\d\d/);
  });

  async function list(query: string): Promise<{ items: Entry[]; nextCursor: string | null }> {
    const { body } = await as(app, owner).get(`/api/audit-logs?${query}`).expect(200);
    return body as { items: Entry[]; nextCursor: string | null };
  }

  async function total(query: string): Promise<number> {
    return (await list(`limit=100&${query}`)).items.length;
  }

  /** Twenty old entries, in pairs of one moment a second apart, half of them errors. */
  async function insertHistory(userId: string): Promise<void> {
    await app.database.query(
      `INSERT INTO audit_logs (timestamp, id, user_id, action, resource_id, result, request_duration_ms, method, status_code)
       SELECT '2020-01-01Z'::timestamptz + n / 2 * interval '1 second',
         gen_random_uuid(), $1, 'OLD_ACTION', $2, CASE n % 2 WHEN 0 THEN 'success' ELSE 'error' END, 1, 'GET', 200
       FROM generate_series(0, 19) n`,
      [userId, resourceId],
    );
  }
});
