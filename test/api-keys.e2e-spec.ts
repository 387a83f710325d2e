import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { Writable } from 'node:stream';
import pg from 'pg';
import { ApiKeysRepository } from '../src/auth/api-keys/api-keys.repository.js';
import { createLogger } from '../src/http/logger.js';
import { SCOPES } from '../src/http/scope.decorator.js';
import { createApiKey, type TestApiKey } from './support/api-keys.js';
import { eventually } from './support/eventually.js';
import { as, signUp, type TestUser } from './support/factories.js';
import { createTask } from './support/tasks.js';
import { TestApp } from './support/test-app.js';

/** The SQLSTATE of what a missing grant forbids. */
const FORBIDDEN = '42501';

describe('API keys', () => {
  let app: TestApp;
  let ada: TestUser;
  beforeAll(async () => {
    app = await TestApp.start();
  });
  beforeEach(async () => {
    ada = await signUp(app);
  });
  afterAll(() => app.stop());

  const rowOf = async ({ id }: { id: string }) => {
    const [row] = await app.database.query<{ last_used_at: Date | null; xmin: string }>(
      'SELECT last_used_at, xmin::text FROM api_keys WHERE id = $1',
      [id],
    );
    return row;
  };
  const isUsed = (key: TestApiKey) =>
    eventually(async () => {
      const row = await rowOf(key);
      expect(row?.last_used_at).not.toBeNull();
      return row;
    });
  const isRefused = (on: TestApp, key: TestApiKey, withinMs?: number) =>
    eventually(async () => {
      const { status, body } = await as(on, key).get('/api/tasks');
      expect([status, body.code]).toEqual([401, 'invalid_token']);
    }, withinMs);
  const auditRow = async (requestId: string | undefined) => {
    const [row] = await app.database.query(
      'SELECT user_id, action, resource_id, status_code FROM audit_logs WHERE id = $1',
      [requestId],
    );
    return row;
  };

  describe('making one', () => {
    it('A10 shows the key once and keeps only its SHA-256 hash', async () => {
      const { status, body } = await as(app, ada)
        .post('/api/auth/api-keys')
        .send({ name: ' Report ', scopes: ['tasks:read'], expiresAt: '2150-01-01T00:00:00Z' });
      expect([status, body]).toEqual([
        201,
        {
          id: expect.any(String),
          name: 'Report',
          scopes: ['tasks:read'],
          createdAt: expect.stringMatching(/Z$/),
          expiresAt: '2150-01-01T00:00:00.000Z',
          lastUsedAt: null,
          key: expect.stringMatching(/^mf_[\w-]{64}$/),
        },
      ]);
      const { key, ...rest } = body as TestApiKey;
      const list = await as(app, ada).get('/api/auth/api-keys').expect(200);
      expect(list.body).toEqual({ items: [rest] });
      const stored = await app.database.query('SELECT key_hash FROM api_keys WHERE user_id = $1', [
        ada.user.id,
      ]);
      expect(stored).toEqual([{ key_hash: createHash('sha256').update(key).digest() }]);
    });

    it('A10 A12 leaves no trace of the key in any table or in the log', async () => {
      const { logging, log } = await startLogging(app);
      const client = as(logging, ada);
      const key = await createApiKey(client, ['tasks:read']);
      for (const path of ['tasks', 'auth/api-keys', 'nothing', `tasks/${key.key}`]) {
        await client.get(`/api/${path}`).set('Authorization', key.bearer);
      }
      await client.delete(`/api/auth/api-keys/${key.key}`).expect(404);
      await logging.stop();
      expect(log()).toContain('CREATE_API_KEY');
      const texts = await app.database.query<{ text: string }>(
        `SELECT t::text AS text FROM audit_logs t UNION ALL SELECT t::text FROM api_keys t`,
      );
      for (const text of [log(), ...texts.map((row) => row.text)]) {
        expect(text).not.toContain(key.key.slice(3));
        expect(text).not.toContain(key.key.slice(-40));
      }
    });

    it('is on the record with the id of the key', async () => {
      const client = as(app, ada);
      const response = await client
        .post('/api/auth/api-keys')
        .send({ name: 'Script', scopes: ['tasks:read'] });
      expect(await auditRow(response.headers['x-request-id'])).toEqual({
        user_id: ada.user.id,
        action: 'CREATE_API_KEY',
        resource_id: response.body.id,
        status_code: 201,
      });
    });

    it.each([
      ['name', { name: '' }],
      ['name', { name: '  ' }],
      ['name', { name: '\u{1F511}'.repeat(101) }],
      ['name', { name: null }],
      ['scopes', { scopes: [] }],
      ['scopes', { scopes: null }],
      ['scopes', { scopes: 'tasks:read' }],
      ['scopes', { scopes: ['tasks:read', 'tasks:read'] }],
      ['scopes', { scopes: ['tasks:read', 'everything'] }],
      ['scopes', { scopes: [['tasks:read']] }],
      ['expiresAt', { expiresAt: '2020-01-01T00:00:00Z' }],
      ['expiresAt', { expiresAt: 'tomorrow' }],
      ['userId', { userId: randomUUID() }],
    ])('is refused because of its %s: %j', async (path, fields) => {
      const body = { name: 'Script', scopes: ['tasks:read'], ...fields };
      const response = await as(app, ada).post('/api/auth/api-keys').send(body);
      expect([response.status, response.body.errors[0].path]).toEqual([400, path]);
    });

    it('takes a name of a hundred code points and every scope', async () => {
      const name = '\u{1F511}'.repeat(100);
      const body = { name, scopes: SCOPES, expiresAt: null };
      const response = await as(app, ada).post('/api/auth/api-keys').send(body).expect(201);
      expect(response.body).toMatchObject({ name, scopes: SCOPES, expiresAt: null });
    });

    it('stops at fifty live keys, of however many at once, and clears expired ones away', async () => {
      const client = as(app, ada);
      const make = () =>
        client.post('/api/auth/api-keys').send({ name: 'Script', scopes: ['tasks:read'] });
      const answers = await Promise.all(Array.from({ length: 60 }, make));
      const made = answers.filter(({ status }) => status === 201);
      expect(made).toHaveLength(50);
      const refused = answers.filter(({ status }) => status !== 201);
      const codes = refused.map(({ status, body }) => `${String(status)} ${body.code as string}`);
      expect(codes).toEqual(Array(10).fill('409 conflict'));
      await app.database.query('UPDATE api_keys SET expires_at = now() WHERE user_id = $1', [
        ada.user.id,
      ]);
      expect((await client.get('/api/auth/api-keys')).body).toEqual({ items: [] });
      await make().expect(201);
      const rows = await app.database.query('SELECT id FROM api_keys WHERE user_id = $1', [
        ada.user.id,
      ]);
      expect(rows).toHaveLength(1);
    });
  });

  describe('using one', () => {
    it('A10 does what its scopes open, as its user, and nothing else', async () => {
      const task = await createTask(as(app, ada));
      const reader = as(app, await createApiKey(as(app, ada), ['tasks:read']));
      expect((await reader.get('/api/tasks').expect(200)).body.items).toEqual([task]);
      const refused = await reader.post('/api/tasks').send({ title: 'x' });
      expect([refused.status, refused.body.code]).toEqual([403, 'insufficient_scope']);
      expect(refused.headers['www-authenticate']).toBe(
        'Bearer realm="mindflow", error="insufficient_scope", scope="tasks:write"',
      );
      expect(await auditRow(refused.headers['x-request-id'])).toEqual({
        user_id: ada.user.id,
        action: 'CREATE_TASK',
        resource_id: null,
        status_code: 403,
      });
    });

    it('A10 makes no keys and touches no account, whatever its scopes', async () => {
      const key = as(app, await createApiKey(as(app, ada)));
      const answers = [
        await key.post('/api/auth/api-keys').send({ name: 'Another', scopes: ['tasks:read'] }),
        await key.get('/api/users/me'),
        await key.get('/api/auth/sessions'),
        await key.put('/api/users/me/password').send({}),
      ];
      for (const { status, body, headers } of answers) {
        expect([status, body.code]).toEqual([403, 'insufficient_scope']);
        expect(headers['www-authenticate']).toBe(
          'Bearer realm="mindflow", error="insufficient_scope"',
        );
      }
    });

    it('counts against the limit of its user, refusals included', async () => {
      const limited = await TestApp.start({
        database: app.database,
        settings: { RATE_LIMIT_PER_MINUTE: 2 },
      });
      const key = await createApiKey(as(app, ada), ['tasks:read']);
      await as(limited, key).get('/api/tasks').expect(200);
      await as(limited, key).post('/api/tasks').send({ title: 'x' }).expect(403);
      await as(limited, key).post('/api/tasks').send({ title: 'x' }).expect(429);
      await limited.stop();
    });

    it.each([
      ['unknown', ({ user }: TestUser) => forged(user.id)],
      ["with another user's id", () => forged(randomUUID())],
      ['cut short', () => forged(randomUUID()).slice(0, -1)],
      ['nothing but its prefix', () => 'mf_'],
    ])('is refused when it is %s', async (_, key) => {
      const { status, body, headers } = await as(app, { bearer: `Bearer ${key(ada)}` }).get(
        '/api/tasks',
      );
      expect([status, body.code]).toEqual([401, 'invalid_token']);
      expect(headers['www-authenticate']).toContain('error="invalid_token"');
    });

    it("is refused when the owner's id in it is replaced", async () => {
      const { key } = await createApiKey(as(app, ada));
      const grace = await signUp(app);
      const bytes = Buffer.from(key.slice(3), 'base64url');
      Buffer.from(grace.user.id.replaceAll('-', ''), 'hex').copy(bytes);
      const bearer = `Bearer mf_${bytes.toString('base64url')}`;
      await as(app, { bearer }).get('/api/tasks').expect(401);
    });

    it('A10 ends with its expiry, remembered or not', async () => {
      const soon = await createApiKey(as(app, ada), ['tasks:read'], new Date(Date.now() + 1500));
      await as(app, soon).get('/api/tasks').expect(200);
      await isRefused(app, soon, 3000);
      const unused = await createApiKey(as(app, ada), ['tasks:read']);
      await app.database.query('UPDATE api_keys SET expires_at = now() WHERE id = $1', [unused.id]);
      await as(app, unused).get('/api/tasks').expect(401);
      await as(app, ada).delete(`/api/auth/api-keys/${unused.id}`).expect(404);
    });

    it('A09 is refused within five seconds once its user is disabled', async () => {
      const key = await createApiKey(as(app, ada), ['tasks:read']);
      await as(app, key).get('/api/tasks').expect(200);
      await app.database.query('UPDATE users SET is_active = false WHERE id = $1', [ada.user.id]);
      await isRefused(app, key, 5000);
    }, 10_000);

    it('goes on after a new password and after signing out everywhere', async () => {
      const key = await createApiKey(as(app, ada), ['tasks:read']);
      const newPassword = 'another horse, another battery';
      await as(app, ada)
        .put('/api/users/me/password')
        .send({ currentPassword: ada.password, newPassword })
        .expect(200);
      await as(app, ada).delete('/api/auth/sessions').expect(204);
      await as(app, key).get('/api/tasks').expect(200);
    });

    it('ends at once with the account', async () => {
      const key = await createApiKey(as(app, ada), ['tasks:read']);
      await as(app, key).get('/api/tasks').expect(200);
      await as(app, ada).post('/api/users/me/delete').send({ password: ada.password }).expect(204);
      await as(app, key).get('/api/tasks').expect(401);
    });
  });

  describe('lastUsedAt', () => {
    it('A10 is written at most once a minute, by however many instances', async () => {
      const key = await createApiKey(as(app, ada), ['tasks:read']);
      for (let count = 0; count < 20; count++) await as(app, key).get('/api/tasks').expect(200);
      const first = await isUsed(key);
      const noteUse = () => app.nest.get(ApiKeysRepository).noteUse(ada.user.id, key.id);
      await Promise.all([noteUse(), noteUse()]);
      expect(await rowOf(key)).toEqual(first);
      await app.database.query(
        `UPDATE api_keys SET last_used_at = now() - interval '61 seconds' WHERE id = $1`,
        [key.id],
      );
      const other = await TestApp.start({ database: app.database });
      await as(other, key).get('/api/tasks').expect(200);
      await eventually(async () => {
        const { body } = await as(app, ada).get('/api/auth/api-keys');
        expect(Date.parse(body.items[0].lastUsedAt as string)).toBeGreaterThan(Date.now() - 30_000);
      });
      await other.stop();
    });

    it('is written behind the request, which does not wait for it', async () => {
      const key = await createApiKey(as(app, ada), ['tasks:read']);
      const holder = new pg.Client({ connectionString: app.database.directUrl });
      await holder.connect();
      await holder.query('BEGIN');
      await holder.query('SELECT 1 FROM api_keys WHERE id = $1 FOR UPDATE', [key.id]);
      await as(app, key).get('/api/tasks').expect(200);
      await holder.query('ROLLBACK');
      await holder.end();
      await isUsed(key);
    });

    it('stays behind when it cannot be written, and the request does not', async () => {
      const { logging, log } = await startLogging(app);
      const key = await createApiKey(as(app, ada), ['tasks:read']);
      const role = new URL(app.database.url).username;
      await app.database.query(`REVOKE UPDATE ON api_keys FROM ${role}`);
      await as(logging, key).get('/api/tasks').expect(200);
      await eventually(() => {
        expect(log()).toContain('the use of an API key was not noted');
      });
      await app.database.query(`GRANT UPDATE ON api_keys TO ${role}`);
      expect((await rowOf(key))?.last_used_at).toBeNull();
      await logging.stop();
    });
  });

  describe('deleting one', () => {
    it('A10 ends it at once here, within five seconds elsewhere, and is on the record', async () => {
      const other = await TestApp.start({ database: app.database });
      const key = await createApiKey(as(app, ada), ['tasks:read']);
      const kept = await createApiKey(as(app, ada), ['tasks:read']);
      for (const on of [app, other]) await as(on, key).get('/api/tasks').expect(200);
      const { headers } = await as(app, ada).delete(`/api/auth/api-keys/${key.id}`).expect(204);
      await as(app, key).get('/api/tasks').expect(401);
      await isRefused(other, key, 5000);
      await as(app, kept).get('/api/tasks').expect(200);
      expect(await auditRow(headers['x-request-id'])).toMatchObject({
        action: 'DELETE_API_KEY',
        resource_id: key.id,
      });
      await other.stop();
    }, 15_000);

    it('knows no difference between the key of another user and none', async () => {
      const grace = await signUp(app);
      const key = await createApiKey(as(app, grace));
      const answers = [];
      for (const id of [randomUUID(), key.id, key.id.toUpperCase(), 'x']) {
        const { status, text, headers } = await as(app, ada).delete(`/api/auth/api-keys/${id}`);
        answers.push([status, text.replaceAll(headers['x-request-id'] ?? '', '')]);
      }
      expect(answers[0]).toEqual([404, expect.stringContaining('"api_key_not_found"')]);
      expect(answers).toEqual(Array(4).fill(answers[0]));
      await as(app, key).get('/api/tasks').expect(200);
    });

    it('takes the id in any case', async () => {
      const key = await createApiKey(as(app, ada), ['tasks:read']);
      await as(app, key).get('/api/tasks').expect(200);
      await as(app, ada).delete(`/api/auth/api-keys/${key.id.toUpperCase()}`).expect(204);
      await as(app, key).get('/api/tasks').expect(401);
    });
  });
});

/** Another instance, with what it has logged so far. */
async function startLogging({ database }: TestApp) {
  const lines: string[] = [];
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString());
      done();
    },
  });
  const log = createLogger('trace', destination);
  const logging = await TestApp.start({ database, log, provoked: [FORBIDDEN] });
  return { logging, log: () => lines.join('') };
}

/** A well-formed key of a user that was never handed out. */
function forged(userId: string): string {
  const id = Buffer.from(userId.replaceAll('-', ''), 'hex');
  return `mf_${Buffer.concat([id, randomBytes(32)]).toString('base64url')}`;
}
