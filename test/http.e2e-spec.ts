import { as, signUp, type TestUser } from './support/factories.js';
import { rawRequest, sendRaw } from './support/raw-http.js';
import { TestApp } from './support/test-app.js';

describe('HTTP', () => {
  let app: TestApp;
  let user: TestUser;
  beforeAll(async () => {
    app = await TestApp.start();
    user = await signUp(app);
  });
  afterAll(() => app.stop());

  it('P01 refuses every truncation of a valid body and every stray byte in it', async () => {
    const body = JSON.stringify({
      title: 'Buy 🥛',
      tags: ['a', 'b'],
      priority: 5,
      dueDate: null,
      impact: 1,
      description: 'Two litres of the other one',
    });
    const bytes = Buffer.from(body);
    const documents = Array.from(bytes, (_, index) => bytes.subarray(0, index)).slice(1);
    for (let index = 0; index < bytes.length; index++) {
      if (`{}[]:,"`.includes(String.fromCharCode(bytes[index] ?? 0))) {
        documents.push(Buffer.concat([bytes.subarray(0, index), bytes.subarray(index + 1)]));
      }
      documents.push(
        Buffer.concat([bytes.subarray(0, index), Buffer.from('\x01'), bytes.subarray(index)]),
      );
      documents.push(
        Buffer.concat([bytes.subarray(0, index), Buffer.from('\0'), bytes.subarray(index + 1)]),
      );
    }
    expect(documents.length).toBeGreaterThanOrEqual(300);
    const accepted: string[] = [];
    while (documents.length > 0) {
      const answers = documents.splice(0, 25).map(async (document) => {
        const { status } = await as(app, user)
          .post('/api/tasks')
          .set('Content-Type', 'application/json')
          .send(document.toString());
        if (status !== 400) accepted.push(document.toString());
      });
      await Promise.all(answers);
    }
    expect(accepted).toEqual([]);
    const { body: list } = await as(app, user).get('/api/tasks');
    expect(list.items).toEqual([]);
  }, 30_000);

  it.each([
    'application/json',
    'APPLICATION/JSON',
    'application/json; charset=utf-8',
    'application/json;charset="UTF-8"',
    '\tapplication/json',
    'application/json ',
    'application/json; charset=latin1',
  ])('P06 validates what is sent as %j, or refuses it', async (type) => {
    const body = '{"title":""}';
    const headers = {
      Authorization: user.bearer,
      'Content-Type': type,
      'Content-Length': String(body.length),
    };
    const { status, body: text } = await sendRaw(app, rawRequest('POST /api/tasks', headers, body));
    const { code } = JSON.parse(text) as { code: string };
    expect([400, 415]).toContain(status);
    expect(code).toBe(status === 400 ? 'validation_failed' : 'unsupported_media_type');
  });

  it.each([
    {},
    { 'Content-Type': 'application/json' },
    { 'Content-Type': 'application/json', 'Content-Length': '0' },
  ])('accepts no body where none is needed, with the headers %j', async (headers) => {
    const { body: task } = await as(app, user)
      .post('/api/tasks')
      .send({ title: 'Task' })
      .expect(201);
    const request = rawRequest(`POST /api/tasks/${String(task.id)}/complete`, {
      Authorization: user.bearer,
      ...headers,
    });
    expect((await sendRaw(app, request)).status).toBe(200);
  });

  it('P08 names the methods of a path to whoever uses another', async () => {
    const { headers, body } = await app.http.put('/api/tasks').expect(405);
    expect(headers['allow']).toBe('GET, HEAD, POST');
    expect(body.detail).toBe('Use GET, HEAD, POST.');
    const item = await app.http.post('/api/tasks/1').expect(405);
    expect(item.headers['allow']).toBe('DELETE, GET, HEAD, PATCH');
  });

  it('answers HEAD as GET, without the body', async () => {
    const { status, text, headers } = await as(app, user).head('/api/tasks');
    expect([status, text]).toEqual([200, undefined]);
    expect(await actionOf(headers['x-request-id'])).toEqual(['LIST_TASKS']);
  });

  it.each([
    '//api/tasks',
    '/API/tasks',
    '/api/%74asks',
    '/api/tasks;x=1',
    '/api/tasks/',
    '/api/./tasks',
    '/api/x/../tasks',
    '/api/tasks%2f',
    '/api%2ftasks',
    '/api/tasks?',
    'http://localhost/api/tasks',
  ])('P09 lets nobody in by writing the path as %s', async (path) => {
    const anonymous = await sendRaw(app, rawRequest(`GET ${path}`));
    expect([401, 404]).toContain(anonymous.status);
    const signedIn = await sendRaw(app, rawRequest(`GET ${path}`, { Authorization: user.bearer }));
    expect(signedIn.status).toBe(anonymous.status === 401 ? 200 : 404);
    const falselySigned = { Authorization: 'Bearer no.such.token' };
    const stranger = await sendRaw(app, rawRequest(`GET ${path}`, falselySigned));
    expect(stranger.status).toBe(anonymous.status);
  });

  it('gives every answer an id of its own', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => app.http.get('/health/live')),
    );
    const ids = answers.map(({ headers }) => headers['x-request-id']);
    expect(new Set(ids).size).toBe(20);
    for (const id of ids)
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('repeats nothing of what the client sent in an error', async () => {
    const secret = 'a-marker-nobody-else-uses';
    for (const request of [
      app.http.get(`/${secret}`),
      app.http.get(`/api/tasks/${secret}`),
      as(app, user).get(`/api/tasks/${secret}`),
      as(app, user).get(`/api/tasks?limit=${secret}`),
      as(app, user).post('/api/tasks').send({ title: { secret } }),
      as(app, user).get('/api/tasks/999999').set('X-Request-Id', secret),
    ]) {
      const { status, text } = await request;
      expect(status).toBeGreaterThanOrEqual(400);
      expect(text).not.toContain(secret);
    }
  });

  async function actionOf(id: string | undefined): Promise<unknown[]> {
    const rows = await app.database.query('SELECT action FROM audit_logs WHERE id = $1', [id]);
    return rows.map(({ action }) => action);
  }
});
