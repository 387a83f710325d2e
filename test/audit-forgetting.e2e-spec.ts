import { randomUUID } from 'node:crypto';
import supertest from 'supertest';
import { as, signUp, type TestUser } from './support/factories.js';
import { TestApp } from './support/test-app.js';

describe('a deleted account', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.stop());

  it('has its deletion on record, and nothing there leads back to the person', async () => {
    const agent = `agent-${randomUUID()}`;
    const trace = `trace-${randomUUID()}`;
    const email = `${randomUUID()}@example.com`;
    const password = 'correct horse battery staple';
    const client = supertest
      .agent(app.nest.getHttpServer())
      .set('User-Agent', agent)
      .set('X-Request-Id', trace);
    const registered = await client
      .post('/api/auth/register')
      .send({ email, password, fullName: 'Ada Lovelace' })
      .expect(201);
    const { user, accessToken } = registered.body as TestUser;
    client.set('Authorization', `Bearer ${accessToken}`);
    await client.post('/api/tasks').send({ title: 'Write to Charles Babbage' }).expect(201);
    await client.get('/api/tasks/best').expect(200);
    await client.patch('/api/tasks/1').send({ priority: 9 }).expect(400);
    await client.get('/api/tasks/0').expect(404);
    await client.post('/api/auth/login').send({ email, password }).expect(200);
    expect((await rowsWith(agent)).length).toBe(6);

    await client.post('/api/users/me/delete').send({ password }).expect(204);
    const found = [user.id, email, agent, trace, 'Ada', 'Babbage'];
    for (const text of found) expect([text, await rowsWith(text)]).toEqual([text, []]);
    const rows = await app.database.query(
      `SELECT action, user_id, client, trace_id, error_message FROM audit_logs WHERE timestamp = (SELECT max(timestamp) FROM audit_logs)`,
    );
    expect(rows).toEqual([
      {
        action: 'DELETE_CURRENT_USER',
        user_id: null,
        client: null,
        trace_id: null,
        error_message: null,
      },
    ]);
    expect(await app.database.query('SELECT FROM audit_logs')).toHaveLength(7);
  });

  it('may have 150,000 rows, and holds nobody else up while they are forgotten', async () => {
    const [user, other] = await Promise.all([signUp(app), signUp(app)]);
    await app.database.query(
      `INSERT INTO audit_logs (timestamp, id, user_id, action, result, request_duration_ms, method, status_code, client)
       SELECT now(), gen_random_uuid(), $1, 'LIST_TASKS', 'success', 1, 'GET', 200, 'somebody'
       FROM generate_series(1, 150000)`,
      [user.user.id],
    );
    const deleting = as(app, user).post('/api/users/me/delete').send({ password: user.password });
    const deleted = deleting.then(({ status }) => status);
    const statuses = new Set<number>();
    const over = new AbortController();
    void deleted.finally(() => {
      over.abort();
    });
    while (!over.signal.aborted) statuses.add((await as(app, other).get('/api/tasks')).status);
    expect([await deleted, statuses]).toEqual([204, new Set([200])]);
    const left = await app.database.query(
      `SELECT FROM audit_logs WHERE user_id = $1 OR client = 'somebody' LIMIT 1`,
      [user.user.id],
    );
    expect(left).toEqual([]);
  }, 60_000);

  function rowsWith(text: string): Promise<object[]> {
    return app.database.query('SELECT FROM audit_logs a WHERE position($1 in a::text) > 0', [text]);
  }
});
