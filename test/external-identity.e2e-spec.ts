import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { decodeJwt } from 'jose';
import { type TrustedIssuer } from '../src/config/issuers.js';
import { Database } from '../src/database/database.js';
import { eventually } from './support/eventually.js';
import { as, signUp } from './support/factories.js';
import { BetterAuthIssuer } from './support/issuers/better-auth-issuer.js';
import { KeyIssuer } from './support/issuers/key-issuer.js';
import { OidcIssuer } from './support/issuers/oidc-issuer.js';
import { TestApp } from './support/test-app.js';
import { TestDatabase } from './support/test-database.js';

describe('signing in with another identity provider', () => {
  let database: TestDatabase;
  const apps: TestApp[] = [];
  const issuers: { server: { stop: () => Promise<void> } }[] = [];
  beforeAll(async () => {
    jest.spyOn(console, 'warn').mockReturnValue();
    database = await TestDatabase.create();
  });
  afterEach(async () => {
    for (const app of apps.splice(0)) await app.stop();
    for (const { server } of issuers.splice(0)) await server.stop();
  });
  afterAll(async () => {
    jest.restoreAllMocks();
    await database.drop();
  });

  const trusting = async (...trusted: { trusted: TrustedIssuer }[]) => {
    const AUTH_ISSUERS = trusted.map((issuer) => issuer.trusted);
    const provoked = ['42501'];
    const app = await TestApp.start({ database, settings: { AUTH_ISSUERS }, provoked });
    apps.push(app);
    return app;
  };
  const started = async <T extends (typeof issuers)[number]>(starting: Promise<T>): Promise<T> => {
    const issuer = await starting;
    issuers.push(issuer);
    return issuer;
  };
  const me = (app: TestApp, token: string) =>
    as(app, { bearer: `Bearer ${token}` }).get('/api/users/me');
  const anAddress = () => `${randomUUID()}@example.com`;
  const usersOf = async (sub: string | undefined) =>
    (await database.query('SELECT user_id FROM external_identities WHERE subject = $1', [sub])).map(
      ({ user_id }) => user_id,
    );

  it('A11 takes the EdDSA tokens of Better Auth, whose subjects are 32 characters', async () => {
    const better = await started(BetterAuthIssuer.start());
    const app = await trusting(better);
    const email = anAddress();
    const token = await better.signUp({ email, name: 'Ada Lovelace', isVerified: true });
    const first = await token();
    expect(decodeJwt(first).sub).toMatch(/^\w{32}$/);
    const { status, body: user } = await me(app, first);
    expect(status).toBe(200);
    expect(user).toMatchObject({ email, fullName: 'Ada Lovelace', plan: 'free', isActive: true });
    expect((await me(app, await token())).body).toEqual(user);
    expect(await usersOf(decodeJwt(first).sub)).toEqual([user.id]);
  });

  it.each(['RS256', 'ES256'] as const)(
    'A11 takes %s tokens of an OpenID provider that is discovered',
    async (alg) => {
      const client = randomUUID();
      const oidc = await started(OidcIssuer.start(alg, [client]));
      const app = await trusting(oidc);
      const bearer = `Bearer ${await oidc.token(client)}`;
      const { body: task } = await as(app, { bearer }).post('/api/tasks').send({ title: 'First' });
      const { body: user } = await me(app, await oidc.token(client));
      expect(task).toMatchObject({ number: 1, userId: user.id });
      expect(user).toMatchObject({ email: `${user.id as string}@external.invalid`, fullName: '' });
      await as(app, { bearer }).get('/api/preferences').expect(200);
    },
  );

  it('A11 knows the same subject of two issuers as two users', async () => {
    const [one, two] = [await started(KeyIssuer.start()), await started(KeyIssuer.start())];
    const app = await trusting(one, two);
    const sub = randomUUID();
    const ids = await Promise.all(
      [one, two].map(async (issuer) => {
        const { body: user } = await me(app, await issuer.sign({ sub }));
        return user.id as string;
      }),
    );
    expect(new Set(ids).size).toBe(2);
    expect(new Set(await usersOf(sub))).toEqual(new Set(ids));
  });

  it('A11 never merges accounts by e-mail address, and never takes one from another account', async () => {
    const better = await started(BetterAuthIssuer.start());
    const issuer = await started(KeyIssuer.start());
    const app = await trusting(better, issuer);
    const ada = await signUp(app);
    const email = ada.email.toUpperCase();
    const token = await better.signUp({ email: ada.email, isVerified: true });
    for (const bearer of [await token(), await issuer.sign({ email, email_verified: true })]) {
      const { body: user } = await me(app, bearer);
      expect(user.id).not.toBe(ada.user.id);
      expect(user.email).toBe(`${user.id as string}@external.invalid`);
    }
    expect((await as(app, ada).get('/api/users/me')).body).toEqual(ada.user);
    const { email: login, password } = ada;
    await app.http.post('/api/auth/login').send({ email: login, password }).expect(200);
  });

  it('takes an e-mail address from the token only when the issuer has verified it', async () => {
    const better = await started(BetterAuthIssuer.start());
    const issuer = await started(KeyIssuer.start());
    const app = await trusting(better, issuer);
    const emails = Array.from({ length: 4 }, anAddress);
    const unverified = await better.signUp({ email: emails[0] ?? '' });
    const tokens = [
      await unverified(),
      await issuer.sign({ email: emails[1] }),
      await issuer.sign({ email: emails[2], email_verified: 'true' }),
      await issuer.sign({ email: 'nobody', email_verified: true }),
      await issuer.sign({ email: `${'x'.repeat(250)}@example.com`, email_verified: true }),
    ];
    for (const token of tokens) {
      const { body: user } = await me(app, token);
      expect(user.email).toBe(`${user.id as string}@external.invalid`);
    }
    const verified = await issuer.sign({ email: emails[3], email_verified: true });
    expect((await me(app, verified)).body.email).toBe(emails[3]);
  });

  it('keeps what users have changed, whatever later tokens say', async () => {
    const issuer = await started(KeyIssuer.start());
    const app = await trusting(issuer);
    const [sub, email] = [randomUUID(), anAddress()];
    const bearer = `Bearer ${await issuer.sign({ sub, name: ' Ada '.repeat(100) })}`;
    const { body: user } = await as(app, { bearer }).get('/api/users/me');
    expect(user.fullName).toBe(' Ada '.repeat(100).trim().slice(0, 255).trim());
    await as(app, { bearer }).patch('/api/users/me').send({ email, fullName: 'Ada' }).expect(200);
    const claims = { sub, name: 'Countess', email: anAddress(), email_verified: true };
    expect((await me(app, await issuer.sign(claims))).body).toMatchObject({
      email,
      fullName: 'Ada',
    });
  });

  it.each([null, 7, '', 'half \ud800', 'NUL \0'])('gives %j for no name', async (name) => {
    const issuer = await started(KeyIssuer.start());
    const app = await trusting(issuer);
    expect((await me(app, await issuer.sign({ name }))).body.fullName).toBe('');
  });

  it('A11 creates one user from many first requests at once, on two instances', async () => {
    const issuer = await started(KeyIssuer.start());
    const instances = [await trusting(issuer), await trusting(issuer)];
    const sub = randomUUID();
    const claims = { sub, email: anAddress(), email_verified: true };
    const tokens = await Promise.all(
      Array.from({ length: 10 }, (_, index) => issuer.sign({ ...claims, jti: String(index) })),
    );
    const answers = await Promise.all(
      tokens.flatMap((token) => instances.map((app) => me(app, token))),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    const ids = [...new Set(answers.map(({ body }) => body.id as string))];
    expect(await usersOf(sub)).toEqual(ids);
    const rows = await database.query(
      `SELECT 1 FROM audit_logs WHERE user_id = $1 AND action = 'SIGN_UP'`,
      ids,
    );
    expect(rows).toHaveLength(1);
  });

  it('A11 does not let anybody sign in to such an account with a password', async () => {
    const issuer = await started(KeyIssuer.start());
    const app = await trusting(issuer);
    const email = anAddress();
    const bearer = `Bearer ${await issuer.sign({ email, email_verified: true })}`;
    await as(app, { bearer }).get('/api/users/me').expect(200);
    const login = await app.http.post('/api/auth/login').send({ email, password: 'x'.repeat(8) });
    expect([login.status, login.body.code]).toEqual([401, 'invalid_credentials']);
    const change = { currentPassword: '', newPassword: 'a new password' };
    const refused = await as(app, { bearer }).put('/api/users/me/password').send(change);
    expect(refused.status).toBeGreaterThanOrEqual(400);
  });

  it('refuses a disabled user on every instance within five seconds', async () => {
    const issuer = await started(KeyIssuer.start());
    const instances = [await trusting(issuer), await trusting(issuer)];
    const token = await issuer.sign();
    for (const app of instances) await me(app, token).expect(200);
    await database.query(
      `UPDATE users SET is_active = false FROM external_identities WHERE subject = $1 AND user_id = id`,
      [decodeJwt(token).sub],
    );
    await eventually(async () => {
      for (const app of instances) await me(app, token).expect(401);
    }, 5000);
  }, 15_000);

  it('stops believing a token when it expires', async () => {
    const issuer = await started(KeyIssuer.start());
    const app = await trusting(issuer);
    const exp = Math.floor(Date.now() / 1000) + 2;
    const token = await issuer.sign({ exp });
    await me(app, token).expect(200);
    await eventually(() => me(app, token).expect(401), 3000);
    expect(Date.now()).toBeGreaterThanOrEqual(exp * 1000);
  });

  describe('after the account was deleted', () => {
    it('refuses tokens from before, and makes a new account for one from a new sign-in', async () => {
      const issuer = await started(KeyIssuer.start());
      const [app, other] = [await trusting(issuer), await trusting(issuer)];
      const sub = randomUUID();
      const old = await issuer.sign({ sub });
      const { body: user } = await me(app, old);
      await app.nest
        .get(Database)
        .transaction({}, (tx) => tx.query('DELETE FROM users WHERE id = $1', [user.id]));
      const { status, body } = await me(other, old);
      expect([status, body.code]).toEqual([401, 'invalid_token']);
      expect(await usersOf(sub)).toEqual([]);
      const iat = Math.floor(Date.now() / 1000) + 10;
      const { body: anew } = await me(other, await issuer.sign({ sub, iat }));
      expect(await usersOf(sub)).toEqual([anew.id]);
      expect(anew.id).not.toBe(user.id);
    });

    it('keeps nothing that leads back to them for longer than a day', async () => {
      const issuer = await started(KeyIssuer.start());
      const app = await trusting(issuer);
      const removeNext = async () => {
        const { body: user } = await me(app, await issuer.sign());
        await database.query('DELETE FROM users WHERE id = $1', [user.id]);
      };
      await removeNext();
      await database.query(
        `UPDATE ended_external_identities SET ended_at = now() - interval '26 hours'`,
      );
      await removeNext();
      const left = await database.query('SELECT digest FROM ended_external_identities');
      expect(left).toHaveLength(1);
    });
  });

  describe('on the record', () => {
    const rowsOf = (userId: string) =>
      database.query(
        `SELECT id, action, status_code, user_id, details FROM audit_logs WHERE user_id = $1 ORDER BY action`,
        [userId],
      );

    it('G2 has a row for the new account beside that of the request which brought it', async () => {
      const issuer = await started(KeyIssuer.start());
      const app = await trusting(issuer);
      const bearer = `Bearer ${await issuer.sign()}`;
      const { body: task, headers } = await as(app, { bearer })
        .post('/api/tasks')
        .send({ title: 'First' });
      const requestId = headers['x-request-id'];
      expect(await rowsOf(task.userId)).toMatchObject([
        { action: 'CREATE_TASK', status_code: 201, id: requestId },
        {
          action: 'SIGN_UP',
          status_code: 201,
          details: { issuer: issuer.server.url, requestId },
        },
      ]);
    });

    it('G2 has both rows when the request itself fails', async () => {
      const issuer = await started(KeyIssuer.start());
      const app = await trusting(issuer);
      const token = await issuer.sign();
      await as(app, { bearer: `Bearer ${token}` })
        .get('/api/tasks/1')
        .expect(404);
      const [userId] = await usersOf(decodeJwt(token).sub);
      expect(await rowsOf(userId as string)).toMatchObject([
        { action: 'GET_TASK', status_code: 404 },
        { action: 'SIGN_UP', status_code: 201 },
      ]);
    });

    it('G2 creates no account whose row is refused', async () => {
      const issuer = await started(KeyIssuer.start());
      const app = await trusting(issuer);
      const token = await issuer.sign();
      const role = decodeURIComponent(new URL(database.url).username);
      await database.query(`REVOKE INSERT ON audit_logs FROM ${role}`);
      const { status, body } = await me(app, token);
      await database.query(`GRANT INSERT ON audit_logs TO ${role}`);
      expect([status, body.code]).toEqual([503, 'audit_unavailable']);
      expect(await usersOf(decodeJwt(token).sub)).toEqual([]);
      await me(app, token).expect(200);
    });
  });
});
