import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { eventually } from './support/eventually.js';
import { as, signUp } from './support/factories.js';
import { lockAuditLogs } from './support/audit-lock.js';
import { TestApp } from './support/test-app.js';

describe('the record', () => {
  let app: TestApp;
  /** Connected as the application's role. */
  let application: pg.Client;
  beforeAll(async () => {
    app = await TestApp.start({ provoked: ['42501'] });
    application = new pg.Client({ connectionString: app.database.url });
    await application.connect();
  });
  afterAll(async () => {
    await application.end();
    await app.stop();
  });

  it('has a change and who made it, on what, with which outcome', async () => {
    const startedAt = Date.now();
    const user = await signUp(app);
    const { headers, body } = await as(app, user)
      .post('/api/tasks')
      .set('User-Agent', 'x'.repeat(300))
      .send({ title: 'A secret title' })
      .expect(201);
    expect(await rowOf(headers)).toEqual({
      id: headers['x-request-id'],
      timestamp: expect.any(Date),
      user_id: user.user.id,
      action: 'CREATE_TASK',
      resource_id: body.id,
      result: 'success',
      error_message: null,
      request_duration_ms: expect.any(Number),
      trace_id: null,
      method: 'POST',
      route: '/api/tasks',
      status_code: 201,
      client: expect.stringMatching(/^\S+ x{200}$/),
      details: null,
      count: 1,
      position: expect.stringMatching(/^\d+$/),
    });
    const { timestamp, request_duration_ms: durationMs } = await rowOf(headers);
    expect((timestamp as Date).getTime()).toBeGreaterThanOrEqual(startedAt);
    expect((timestamp as Date).getTime()).toBeLessThanOrEqual(Date.now());
    expect(durationMs).toBeGreaterThan(0);
    expect(Number.isInteger(durationMs)).toBe(false);
  });

  it('has an error with its code, and nobody for the anonymous', async () => {
    const { headers } = await app.http.get(`/api/tasks/${randomUUID()}`).expect(401);
    expect(await rowOf(headers)).toMatchObject({
      user_id: null,
      action: 'GET_TASK',
      resource_id: null,
      result: 'error',
      error_message: expect.stringMatching(/^unauthorized: /),
      route: '/api/tasks/:ref',
      status_code: 401,
    });
  });

  it('has the user of a sign-in, and of an error that they met', async () => {
    const user = await signUp(app);
    const login = await app.http
      .post('/api/auth/login')
      .send({ email: user.email, password: user.password });
    expect(await rowOf(login.headers)).toMatchObject({ user_id: user.user.id, action: 'LOGIN' });
    const missing = await as(app, user).get('/api/tasks/999').expect(404);
    expect(await rowOf(missing.headers)).toMatchObject({
      user_id: user.user.id,
      result: 'error',
      status_code: 404,
    });
  });

  it('has nothing of bodies, tokens and query values', async () => {
    const secret = `secret-${randomUUID()}`;
    const user = await signUp(app, { password: secret });
    await as(app, user).get(`/api/tasks?q=${secret}`).expect(200);
    await as(app, user).post('/api/tasks').send({ title: secret }).expect(201);
    await as(app, user)
      .post('/api/tasks')
      .send({ title: 'x', [secret]: 1 })
      .expect(400);
    await app.http.get(`/${secret}`).expect(404);
    const rows = await app.database.query(`SELECT FROM audit_logs a WHERE a::text LIKE $1`, [
      `%${secret}%`,
    ]);
    expect(rows).toEqual([]);
  });

  it('notes the client’s own id beside the server’s', async () => {
    const forged = randomUUID();
    const { headers } = await app.http.get('/nowhere').set('X-Request-Id', forged);
    expect(headers['x-request-id']).not.toBe(forged);
    expect(await rowOf(headers)).toMatchObject({ trace_id: forged, action: 'UNKNOWN_ROUTE' });
    const parent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    const traced = await app.http.get('/nowhere').set('traceparent', parent);
    expect(await rowOf(traced.headers)).toMatchObject({ trace_id: parent });
    const long = await app.http.get('/nowhere').set('X-Request-Id', 'é'.repeat(5000));
    expect(String((await rowOf(long.headers))['trace_id'])).toHaveLength(200);
  });

  it('G1 is written before the answer leaves', async () => {
    const unlock = await lockAuditLogs(app);
    let isAnswered = false;
    const answer = app.http.get('/nowhere').then((response) => {
      isAnswered = true;
      return response;
    });
    await eventually(async () => {
      const { rows } = await application.query(
        `SELECT FROM pg_stat_activity WHERE application_name = 'mindflow-audit' AND wait_event_type = 'Lock'`,
      );
      expect(rows).toHaveLength(1);
    });
    expect(isAnswered).toBe(false);
    await unlock();
    const { status, headers } = await answer;
    expect(status).toBe(404);
    expect(await rowOf(headers)).toMatchObject({ status_code: 404 });
  });

  it('F19 refuses every recorded request once rows are refused, and answers the exempt ones', async () => {
    const role = decodeURIComponent(new URL(app.database.url).username);
    const user = await signUp(app);
    await app.database.query(`REVOKE INSERT ON audit_logs FROM ${role}`);
    for (const response of [
      await app.http.get('/nowhere'),
      await app.http.get('/api/tasks'),
      await as(app, user).get('/api/tasks'),
      await as(app, user).post('/api/tasks').send({ title: 'Never' }),
    ]) {
      expect([response.status, response.body.code]).toEqual([503, 'audit_unavailable']);
      expect(response.headers['retry-after']).toBe('1');
      expect(response.headers['content-type']).toContain('application/problem+json');
    }
    for (const path of ['/health', '/health/db', '/health/live'])
      await app.http.get(path).expect(200);
    await app.database.query(`GRANT INSERT ON audit_logs TO ${role}`);
    const { body } = await as(app, user).get('/api/tasks').expect(200);
    expect(body.items).toEqual([]);
  });

  it.each([
    `UPDATE audit_logs SET action = 'NOTHING'`,
    'DELETE FROM audit_logs',
    'TRUNCATE audit_logs',
    'DROP TABLE audit_logs',
    'ALTER TABLE audit_logs DROP COLUMN client',
    `UPDATE audit_logs_default SET action = 'NOTHING'`,
  ])('cannot be changed by the application: %s', async (statement) => {
    await expect(application.query(statement)).rejects.toMatchObject({ code: '42501' });
  });

  async function rowOf(headers: Record<string, string>): Promise<Record<string, unknown>> {
    const rows = await app.database.query('SELECT * FROM audit_logs WHERE id = $1', [
      headers['x-request-id'],
    ]);
    expect(rows).toHaveLength(1);
    return rows[0] ?? {};
  }
});
