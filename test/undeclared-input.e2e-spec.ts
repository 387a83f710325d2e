import { Operations } from '../src/http/operations.js';
import { as, signUp, type TestUser } from './support/factories.js';
import { createTask } from './support/tasks.js';
import { TestApp } from './support/test-app.js';

const POLLUTION = [
  '{"__proto__":{"polluted":1}}',
  '{"title":"x","constructor":{"prototype":{"polluted":1}}}',
  '{"title":"x","tags":[{"a":[{"__proto__":{"polluted":1}}]}]}',
  '{"title":"x","tags":[[{"constructor":{"prototype":{"polluted":1}}}]]}',
  '{"\\u005f_proto__":{"polluted":1},"title":"x"}',
];

const INHERITED = ['constructor', 'toString', 'valueOf', 'hasOwnProperty', 'isPrototypeOf'];

describe('input that nothing declares', () => {
  let app: TestApp;
  let user: TestUser;
  beforeAll(async () => {
    app = await TestApp.start();
    user = await signUp(app);
    await createTask(as(app, user));
  });
  afterAll(() => app.stop());

  it('is refused by name in the query of every operation that reads none', async () => {
    const operations = app.nest
      .get(Operations)
      .all()
      .filter(({ method, takesQuery }) => method === 'GET' && !takesQuery);
    expect(operations.length).toBeGreaterThan(5);
    for (const { path } of operations) {
      const { status, body } = await as(app, user).get(`${path.replace(/:\w+/, '1')}?x=1`);
      expect({ path, status, body }).toMatchObject({
        status: 400,
        body: { code: 'validation_failed', errors: [{ path: 'x' }] },
      });
    }
  });

  it('is refused in the query of a change, which then changes nothing', async () => {
    await as(app, user).post('/api/tasks/1/complete?x=1').expect(400);
    const { body } = await as(app, user).get('/api/tasks/1').expect(200);
    expect(body.status).toBe('pending');
  });

  it('is refused only to those whom the guards of a route let in', async () => {
    const guarded = await TestApp.start({ settings: { AUTH_RATE_LIMIT_PER_MINUTE: 1 } });
    await guarded.http.post('/api/auth/login?x=1').send({}).expect(400);
    await guarded.http.post('/api/auth/login?x=1').send({}).expect(429);
    await guarded.stop();
  });

  it('is refused in a body that nobody reads', async () => {
    const { status, body } = await as(app, user).delete('/api/preferences/habits').send({ x: 1 });
    expect(status).toBe(400);
    expect(body.errors).toEqual([{ path: 'x', message: 'property x should not exist' }]);
  });

  it.each(POLLUTION)('P02 pollutes nothing: %s', async (document) => {
    for (const path of ['/api/tasks', '/api/auth/login', '/api/tasks/1/snooze']) {
      await as(app, user).post(path).type('json').send(document).expect(400);
    }
    await as(app, user).get('/api/tasks?__proto__[polluted]=1&__proto__=1').expect(400);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it.each(INHERITED)('P02 is refused when it is called %s, in body and query', async (name) => {
    const inBody = await as(app, user)
      .post('/api/tasks')
      .send({ title: 'x', [name]: 1 });
    const inQuery = await as(app, user).get(`/api/tasks?${name}=1`);
    for (const { status, body } of [inBody, inQuery]) {
      expect({ status, code: body.code, path: body.errors[0].path }).toEqual({
        status: 400,
        code: 'validation_failed',
        path: name,
      });
    }
  });
});
