import { decodeJwt, SignJWT } from 'jose';
import pg from 'pg';
import { derivedKey } from '../src/auth/derived-key.js';
import { eventually } from './support/eventually.js';
import { createApiKey } from './support/api-keys.js';
import { as, signUp } from './support/factories.js';
import { createTask } from './support/tasks.js';
import { TestApp } from './support/test-app.js';

describe('the account', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.stop());

  const login = (email: string, password: string) =>
    app.http.post('/api/auth/login').send({ email, password });
  const auditRows = (ids: string[]) =>
    app.database.query(
      `SELECT user_id, client, trace_id, error_message, action FROM audit_logs
       WHERE id = ANY($1) ORDER BY id`,
      [ids],
    );

  describe('changing it', () => {
    it('sets what is given and keeps the rest', async () => {
      const ada = await signUp(app, { fullName: 'Ada' });
      const renamed = await as(app, ada).patch('/api/users/me').send({ fullName: ' Countess ' });
      expect(renamed.status).toBe(200);
      expect(renamed.body).toEqual({
        ...ada.user,
        fullName: 'Countess',
        updatedAt: expect.any(String),
      });
      const moved = await as(app, ada)
        .patch('/api/users/me')
        .send({ email: `x${ada.email}` });
      expect(moved.body).toMatchObject({ email: `x${ada.email}`, fullName: 'Countess' });
      await login(`x${ada.email}`, ada.password).expect(200);
      await login(ada.email, ada.password).expect(401);
    });

    it('changes nothing, not even the time of the last change, when nothing is given', async () => {
      const ada = await signUp(app);
      const { status, body } = await as(app, ada).patch('/api/users/me').send({});
      expect(status).toBe(200);
      expect(body).toEqual(ada.user);
    });

    it('refuses the e-mail address of another user, and takes its own in another case', async () => {
      const [ada, grace] = [await signUp(app), await signUp(app)];
      const me = () => as(app, ada).patch('/api/users/me');
      const taken = await me().send({ email: grace.email.toUpperCase() });
      expect([taken.status, taken.body.code]).toEqual([409, 'email_taken']);
      await me().send({ email: ada.email.toUpperCase() }).expect(200);
    });

    it.each([
      { id: '00000000-0000-0000-0000-000000000000' },
      { plan: 'enterprise' },
      { isActive: false },
      { passwordHash: 'x' },
      { createdAt: '2030-01-01T00:00:00Z' },
      { email: null },
      { fullName: null },
      { fullName: 'x'.repeat(256) },
      { email: 'nobody' },
    ])('refuses %j and names the field', async (change) => {
      const ada = await signUp(app);
      const { status, body } = await as(app, ada).patch('/api/users/me').send(change);
      expect(status).toBe(400);
      expect(body.errors[0].path).toBe(Object.keys(change)[0]);
      expect((await as(app, ada).get('/api/users/me')).body).toEqual(ada.user);
    });

    it('touches no other account', async () => {
      const [ada, grace] = [await signUp(app), await signUp(app)];
      await as(app, ada).patch('/api/users/me').send({ fullName: 'Ada' }).expect(200);
      expect((await as(app, grace).get('/api/users/me')).body).toEqual(grace.user);
    });
  });

  describe('changing the password', () => {
    const change = (user: { bearer: string }, currentPassword: string, newPassword: string) =>
      as(app, user).put('/api/users/me/password').send({ currentPassword, newPassword });

    it('takes effect and signs out every other client at once', async () => {
      const ada = await signUp(app);
      const { body: elsewhere } = await login(ada.email, ada.password);
      const other = { bearer: `Bearer ${elsewhere.accessToken as string}` };
      await as(app, other).get('/api/users/me').expect(200);
      const { status, body } = await change(ada, ada.password, 'a new password');
      expect(status).toBe(200);
      expect(body).toEqual({ ...ada.user, updatedAt: expect.any(String) });
      await as(app, other).get('/api/users/me').expect(401);
      await as(app, ada).get('/api/users/me').expect(200);
      await login(ada.email, ada.password).expect(401);
      await login(ada.email, 'a new password').expect(200);
    });

    it('is refused with a wrong current password', async () => {
      const ada = await signUp(app);
      const { status, body } = await change(ada, 'wrong password', 'a new password');
      expect([status, body.code]).toEqual([401, 'invalid_credentials']);
      await login(ada.email, ada.password).expect(200);
    });

    it('is refused when the new one is too short', async () => {
      const ada = await signUp(app);
      const { status, body } = await change(ada, ada.password, 'short');
      expect([status, body.errors[0].path]).toEqual([400, 'newPassword']);
    });

    it('lets one of two at once win', async () => {
      const ada = await signUp(app);
      const passwords = ['the first password', 'the second password'];
      const answers = await Promise.all(
        passwords.map((password) => change(ada, ada.password, password)),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 401]);
    });
  });

  describe('deleting it', () => {
    const clients: pg.Client[] = [];
    afterEach(async () => {
      await Promise.all(clients.splice(0).map((client) => client.end()));
    });

    const remove = (user: { bearer: string }, password: string) =>
      as(app, user).post('/api/users/me/delete').send({ password });

    it('removes everything the user owned and nothing of anybody else', async () => {
      const [ada, grace] = [await signUp(app), await signUp(app)];
      for (const owner of [ada, grace]) {
        await createTask(as(app, owner));
        await createApiKey(as(app, owner), ['tasks:read']);
      }
      await remove(ada, ada.password).expect(204);
      await as(app, ada).get('/api/users/me').expect(401);
      await login(ada.email, ada.password).expect(401);
      const tables = [
        'users',
        'tasks',
        'task_counters',
        'sessions',
        'api_keys',
        'user_preferences',
      ];
      for (const table of tables) {
        const owner = table === 'users' ? 'id' : 'user_id';
        const owned = await app.database.query<{ owner: string }>(
          `SELECT DISTINCT ${owner} AS owner FROM ${table} WHERE ${owner} IN ($1, $2)`,
          [ada.user.id, grace.user.id],
        );
        expect([table, owned]).toEqual([table, [{ owner: grace.user.id }]]);
      }
      await signUp(app, { email: ada.email });
    });

    it('is refused with a wrong password', async () => {
      const ada = await signUp(app);
      const { status, body } = await remove(ada, 'wrong password');
      expect([status, body.code]).toEqual([401, 'invalid_credentials']);
      await as(app, ada).get('/api/users/me').expect(200);
    });

    it('takes the password of an account that has one', async () => {
      const ada = await signUp(app);
      for (const answer of [
        await as(app, ada).post('/api/users/me/delete').send({}),
        await as(app, ada).post('/api/users/me/delete'),
      ]) {
        expect([answer.status, answer.body.errors]).toEqual([
          400,
          [{ path: 'password', message: 'password must be sent' }],
        ]);
      }
      await as(app, ada).get('/api/users/me').expect(200);
    });

    it('takes a token younger than five minutes for an account without a password', async () => {
      const [ada, grace] = [await signUp(app), await signUp(app)];
      await app.database.query('UPDATE users SET password_hash = NULL WHERE id IN ($1, $2)', [
        ada.user.id,
        grace.user.id,
      ]);
      const aged = async (accessToken: string, ageSeconds: number) => {
        const { iat = 0, ...claims } = decodeJwt(accessToken);
        const token = await new SignJWT({ ...claims, iat: iat - ageSeconds })
          .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' })
          .sign(derivedKey(app.settings.SECRET_KEY, 'access tokens'));
        return as(app, { bearer: `Bearer ${token}` }).post('/api/users/me/delete');
      };
      const refused = await aged(ada.accessToken, 300);
      expect([refused.status, refused.body.code]).toEqual([401, 'invalid_token']);
      expect(refused.headers['www-authenticate']).toBe(
        'Bearer realm="mindflow", error="insufficient_user_authentication", max_age="300"',
      );
      await as(app, ada).get('/api/users/me').expect(200);
      expect((await aged(ada.accessToken, 200)).status).toBe(204);
      await as(app, ada).get('/api/users/me').expect(401);
      await as(app, grace).post('/api/users/me/delete').expect(204);
    });

    it("keeps the rows of the record, the deletion's own included, and forgets whose they were", async () => {
      const [ada, grace] = [await signUp(app), await signUp(app)];
      const seen = await as(app, ada).get('/api/users/me').set('X-Request-Id', 'trace-of-ada');
      const wrong = await remove(ada, 'wrong password');
      const removed = await remove(ada, ada.password)
        .set('X-Request-Id', 'trace-of-ada')
        .expect(204);
      const others = await as(app, grace).get('/api/users/me');
      const forgotten = { user_id: null, client: null, trace_id: null, error_message: null };
      const ids = [seen, wrong, removed, others].map(
        ({ headers }) => headers['x-request-id'] ?? '',
      );
      expect(await auditRows(ids)).toEqual([
        { ...forgotten, action: 'GET_CURRENT_USER' },
        { ...forgotten, action: 'DELETE_CURRENT_USER' },
        { ...forgotten, action: 'DELETE_CURRENT_USER' },
        expect.objectContaining({ user_id: grace.user.id, client: expect.any(String) }),
      ]);
    });

    it('forgets whose row it was that waits while the deletion commits', async () => {
      const ada = await signUp(app);
      await as(app, ada).get('/api/users/me').expect(200);
      const deletion = await connect();
      await deletion.query('BEGIN');
      await deletion.query('DELETE FROM users WHERE id = $1', [ada.user.id]);
      await deletion.query('SELECT forget_user_in_audit_logs($1)', [ada.user.id]);
      const answers = Promise.all([
        as(app, ada).get('/api/users/me').expect(200),
        as(app, ada).get('/api/auth/sessions').expect(200),
      ]);
      await someoneWaits();
      await deletion.query('COMMIT');
      const ids = (await answers).map(({ headers }) => headers['x-request-id'] ?? '');
      expect((await auditRows(ids)).map((row) => [row['user_id'], row['client']])).toEqual([
        [null, null],
        [null, null],
      ]);
    });

    it('forgets whose row it was that is committed while the deletion is under way', async () => {
      const ada = await signUp(app);
      const id = '0198f3a2-6c1e-7b5a-9d43-2f1c8a7e6b50';
      const writer = await connect();
      await writer.query('BEGIN');
      await writer.query(
        `INSERT INTO audit_logs (timestamp, id, user_id, action, result, request_duration_ms,
           method, status_code, client)
         VALUES (now(), $1, $2, 'LIST_TASKS', 'success', 1, 'GET', 200, 'somewhere')`,
        [id, ada.user.id],
      );
      const removal = remove(ada, ada.password).then((response) => response);
      await someoneWaits();
      await writer.query('COMMIT');
      expect((await removal).status).toBe(204);
      expect(await auditRows([id])).toEqual([
        expect.objectContaining({ user_id: null, client: null }),
      ]);
    });

    it('can be done by many users at once', async () => {
      const users = await Promise.all(Array.from({ length: 6 }, () => signUp(app)));
      const answers = await Promise.all(users.map((user) => remove(user, user.password)));
      expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(204));
    });

    async function connect(): Promise<pg.Client> {
      const client = new pg.Client({ connectionString: app.database.directUrl });
      await client.connect();
      clients.push(client);
      return client;
    }

    function someoneWaits(): Promise<void> {
      return eventually(async () => {
        const waiting = await app.database.query(
          `SELECT pid FROM pg_locks
           WHERE NOT granted
             AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
        );
        expect(waiting).not.toHaveLength(0);
      }, 1500);
    }
  });
});
