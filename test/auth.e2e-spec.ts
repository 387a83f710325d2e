import { randomUUID } from 'node:crypto';
import { Operations } from '../src/http/operations.js';
import { as, signUp } from './support/factories.js';
import { TestApp } from './support/test-app.js';

const PASSWORD = 'correct horse battery staple';

describe('signing up and in', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.stop());

  const register = (body: object) => app.http.post('/api/auth/register').send(body);
  const login = (email: string, password = PASSWORD) =>
    app.http.post('/api/auth/login').send({ email, password });
  const newEmail = () => `${randomUUID()}@example.com`;

  describe('registration', () => {
    it('answers the user and tokens that work', async () => {
      const email = newEmail();
      const response = await register({
        email: ` ${email} `,
        password: PASSWORD,
        fullName: ' Ada Lovelace ',
      });
      expect(response.status).toBe(201);
      expect(response.headers['cache-control']).toBe('no-store');
      expect(response.body).toEqual({
        user: {
          id: expect.stringMatching(/^[0-9a-f-]{36}$/),
          email,
          fullName: 'Ada Lovelace',
          plan: 'free',
          isActive: true,
          createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
          updatedAt: response.body.user.createdAt,
        },
        accessToken: expect.any(String),
        refreshToken: expect.stringMatching(new RegExp(`^${response.body.user.id as string}\\.`)),
        tokenType: 'Bearer',
        expiresIn: 900,
      });
      const me = await as(app, { bearer: `Bearer ${response.body.accessToken as string}` })
        .get('/api/users/me')
        .expect(200);
      expect(me.body).toEqual(response.body.user);
    });

    it('takes null for a name that is left out', async () => {
      const { body } = await register({ email: newEmail(), password: PASSWORD, fullName: null });
      expect(body.user.fullName).toBe('');
    });

    it('refuses an e-mail address that somebody has in another case', async () => {
      const { email } = await signUp(app);
      const { status, body } = await register({ email: email.toUpperCase(), password: PASSWORD });
      expect(status).toBe(409);
      expect(body.code).toBe('email_taken');
    });

    it('lets exactly one of many at once have an e-mail address', async () => {
      const email = newEmail();
      const answers = await Promise.all(
        Array.from({ length: 8 }, () => register({ email, password: PASSWORD })),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(7).fill(409)]);
    });

    it.each([
      'ada',
      'ada@',
      '@example.com',
      'ada@example',
      'a da@example.com',
      `${'a'.repeat(250)}@example.com`,
      42,
      null,
      ['ada@example.com'],
    ])('refuses %j as an e-mail address', async (email) => {
      const { status, body } = await register({ email, password: PASSWORD });
      expect(status).toBe(400);
      expect(body.errors).toEqual([{ path: 'email', message: expect.any(String) }]);
    });

    it('refuses fields that it does not know', async () => {
      const { status, body } = await register({
        email: newEmail(),
        password: PASSWORD,
        plan: 'enterprise',
      });
      expect(status).toBe(400);
      expect(body.errors[0].path).toBe('plan');
    });

    it('records the user whose sign-up succeeded', async () => {
      const { headers, body } = await register({ email: newEmail(), password: PASSWORD });
      const rows = await app.database.query(
        'SELECT user_id, action, status_code FROM audit_logs WHERE id = $1',
        [headers['x-request-id']],
      );
      expect(rows).toEqual([{ user_id: body.user.id, action: 'REGISTER', status_code: 201 }]);
    });

    it('costs one transaction: user, settings, session and audit row', async () => {
      const { user } = await signUp(app);
      const rows = await app.database.query(
        `SELECT count(DISTINCT x) FROM (
           SELECT xmin::text AS x FROM users WHERE id = $1
           UNION ALL SELECT xmin::text FROM user_preferences WHERE user_id = $1
           UNION ALL SELECT xmin::text FROM sessions WHERE user_id = $1
           UNION ALL SELECT xmin::text FROM audit_logs WHERE user_id = $1) AS written`,
        [user.id],
      );
      expect(rows).toEqual([{ count: '1' }]);
    });
  });

  describe('login', () => {
    it('takes the e-mail address in any case and opens another session', async () => {
      const ada = await signUp(app);
      const { status, body, headers } = await login(` ${ada.email.toUpperCase()} `);
      expect(status).toBe(200);
      expect(headers['cache-control']).toBe('no-store');
      expect(body.user).toEqual(ada.user);
      expect(body.refreshToken).not.toBe(ada.refreshToken);
      const rows = await app.database.query(
        'SELECT user_id, action, result FROM audit_logs WHERE id = $1',
        [headers['x-request-id']],
      );
      expect(rows).toEqual([{ user_id: ada.user.id, action: 'LOGIN', result: 'success' }]);
    });

    it('says the same to a wrong password, an unknown, a disabled and a password-less account', async () => {
      const refusedAfter = async (assignment: string) => {
        const { user, email } = await signUp(app);
        await app.database.query(`UPDATE users SET ${assignment} WHERE id = $1`, [user.id]);
        return login(email);
      };
      const answers = [
        await login((await signUp(app)).email, 'not the password'),
        await login(newEmail()),
        await login('no e-mail address at all'),
        await refusedAfter('is_active = false'),
        await refusedAfter('password_hash = NULL'),
        await refusedAfter(`password_hash = 'garbage'`),
      ];
      const bodies = answers.map(({ status, body }) => ({
        status,
        rest: { ...(body as object), instance: null, requestId: null },
      }));
      expect(new Set(bodies.map((body) => JSON.stringify(body))).size).toBe(1);
      expect(bodies[0]).toMatchObject({ status: 401, rest: { code: 'invalid_credentials' } });
    });

    it('clears away the sessions that have ended', async () => {
      const { user, email } = await signUp(app);
      await app.database.query('UPDATE sessions SET expires_at = now() WHERE user_id = $1', [
        user.id,
      ]);
      await login(email).expect(200);
      const rows = await app.database.query('SELECT id FROM sessions WHERE user_id = $1', [
        user.id,
      ]);
      expect(rows).toHaveLength(1);
    });
  });

  describe('the guard', () => {
    it('leaves exactly these operations open', () => {
      const open = app.nest
        .get(Operations)
        .all()
        .filter(({ isPublic }) => isPublic)
        .map(({ id }) => id);
      expect(open.sort()).toEqual([
        'getApiPage',
        'getApiPageAsset',
        'getApiPageScript',
        'getAuditPage',
        'getAuditPageAsset',
        'getDatabaseHealth',
        'getErrorsPage',
        'getHealth',
        'getLiveness',
        'getMetrics',
        'getOpenApiDocument',
        'login',
        'logout',
        'refreshTokens',
        'register',
      ]);
    });

    it('refuses every other operation without a token', async () => {
      const closed = app.nest
        .get(Operations)
        .all()
        .filter(({ isPublic }) => !isPublic);
      expect(closed.length).toBeGreaterThan(0);
      for (const { method, path } of closed) {
        const url = path.replaceAll(/:\w+/g, randomUUID());
        const response = await app.http[method.toLowerCase() as 'get'](url);
        expect([path, response.status, response.body.code]).toEqual([path, 401, 'unauthorized']);
        expect(response.headers['www-authenticate']).toBe('Bearer realm="mindflow"');
        expect(response.headers['cache-control']).toBe('no-store');
      }
    });

    it('answers 404 for an unknown route with or without a token', async () => {
      const ada = await signUp(app);
      await app.http.get('/api/nothing').expect(404);
      await as(app, ada).get('/api/nothing').expect(404);
    });

    it('takes the scheme in any case', async () => {
      const { accessToken } = await signUp(app);
      await as(app, { bearer: `bEARER ${accessToken}` })
        .get('/api/users/me')
        .expect(200);
    });

    it('takes no token from the query', async () => {
      const { accessToken } = await signUp(app);
      await app.http.get(`/api/users/me?access_token=${accessToken}`).expect(401);
    });

    it('takes no other scheme', async () => {
      const { body } = await as(app, { bearer: 'Basic YWRhOnNlY3JldA==' }).get('/api/users/me');
      expect(body.code).toBe('unauthorized');
    });

    it('marks what it lets through as not to be stored', async () => {
      const { headers } = await as(app, await signUp(app)).get('/api/users/me');
      expect(headers['cache-control']).toBe('no-store');
    });
  });
});
