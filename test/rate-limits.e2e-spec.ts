import { SignInRateLimit } from '../src/auth/sign-in-rate-limit.js';
import { as, signUp } from './support/factories.js';
import { TestApp } from './support/test-app.js';

describe('rate limits', () => {
  let app: TestApp;
  let limited: TestApp;
  let other: TestApp;
  beforeAll(async () => {
    app = await TestApp.start();
    const settings = {
      RATE_LIMIT_PER_MINUTE: 3,
      AUTH_RATE_LIMIT_PER_MINUTE: 5,
      TRUST_PROXY: ['127.0.0.1'],
      CORS_ORIGINS: ['https://app.example.com'],
    };
    limited = await TestApp.start({ database: app.database, settings, provoked: ['42P01'] });
    other = await TestApp.start({ database: app.database, settings });
  });
  afterAll(async () => {
    await other.stop();
    await limited.stop();
    await app.stop();
  });

  const login = (address: string, path = 'login', instance = limited) =>
    instance.http
      .post(`/api/auth/${path}`)
      .set('X-Forwarded-For', address)
      .send({ email: 'nobody', password: 'wrong' });

  it('hold for each user apart', async () => {
    const [ada, grace] = [await signUp(app), await signUp(app)];
    for (const remaining of ['2', '1', '0']) {
      const { headers } = await as(limited, ada).get('/api/users/me').expect(200);
      expect(headers['ratelimit-limit']).toBe('3');
      expect(headers['ratelimit-remaining']).toBe(remaining);
      expect(Number(headers['ratelimit-reset'])).toBeGreaterThan(0);
    }
    const refused = await as(limited, ada).get('/api/users/me');
    expect([refused.status, refused.body.code]).toEqual([429, 'rate_limited']);
    expect(Number(refused.headers['retry-after'])).toBeLessThanOrEqual(60);
    expect(refused.headers['ratelimit-remaining']).toBe('0');
    await as(limited, grace).get('/api/users/me').expect(200);
  });

  it('record what they refuse, with its user', async () => {
    const ada = await signUp(app);
    for (let index = 0; index < 3; index++) await as(limited, ada).get('/api/users/me');
    const { headers } = await as(limited, ada).get('/api/users/me').expect(429);
    const rows = await app.database.query(
      'SELECT user_id, action, status_code FROM audit_logs WHERE id = $1',
      [headers['x-request-id']],
    );
    expect(rows).toEqual([{ user_id: ada.user.id, action: 'GET_CURRENT_USER', status_code: 429 }]);
  });

  it('count attempts to sign in, of any kind, for each address apart', async () => {
    for (let index = 0; index < 3; index++) await login('192.0.2.1').expect(401);
    await login('192.0.2.1', 'register').expect(400);
    await login('192.0.2.1', 'refresh').expect(400);
    const refused = await login('192.0.2.1');
    expect([refused.status, refused.body.code]).toEqual([429, 'rate_limited']);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    await login('192.0.2.1', 'register').expect(429);
    await login('192.0.2.1', 'refresh').expect(429);
    await login('192.0.2.2').expect(401);
  });

  it('count the password of a signed-in user as an attempt as well', async () => {
    for (let index = 0; index < 5; index++) await login('192.0.2.3').expect(401);
    const ada = await signUp(app);
    const change = { currentPassword: 'a guess', newPassword: 'a new password' };
    await as(limited, ada)
      .put('/api/users/me/password')
      .set('X-Forwarded-For', '192.0.2.3')
      .send(change)
      .expect(429);
    await as(limited, ada)
      .put('/api/users/me/password')
      .set('X-Forwarded-For', '192.0.2.4')
      .send(change)
      .expect(401);
  });

  it('count an IPv6 network as one address', async () => {
    for (let index = 0; index < 5; index++) {
      await login(`2001:db8::${String(index)}`).expect(401);
    }
    await login('2001:db8::ffff').expect(429);
  });

  it('let a client sign out whatever it did before', async () => {
    const { refreshToken } = await signUp(app);
    for (let index = 0; index < 6; index++) await login('192.0.2.3');
    await limited.http
      .post('/api/auth/logout')
      .set('X-Forwarded-For', '192.0.2.3')
      .send({ refreshToken })
      .expect(204);
  });

  it('F17 count attempts to sign in for all instances together', async () => {
    const remaining: (string | undefined)[] = [];
    for (const instance of [limited, other, limited, other, other]) {
      const { headers } = await login('192.0.2.20', 'login', instance).expect(401);
      remaining.push(headers['ratelimit-remaining']);
    }
    expect(remaining).toEqual(['4', '3', '2', '1', '0']);
    for (const instance of [limited, other]) {
      await login('192.0.2.20', 'login', instance).expect(429);
    }
  });

  it('F17 go on where they were after a restart', async () => {
    for (let index = 0; index < 5; index++) await login('192.0.2.21').expect(401);
    const restarted = await TestApp.start({ database: app.database, settings: limited.settings });
    await login('192.0.2.21', 'login', restarted).expect(429);
    await restarted.stop();
  });

  it('say the same to a client in all headers, which pages of other origins may read', async () => {
    for (let index = 0; index < 5; index++) await login('192.0.2.22').expect(401);
    for (let index = 0; index < 2; index++) {
      const { status, headers } = await login('192.0.2.22').set(
        'Origin',
        'https://app.example.com',
      );
      expect(status).toBe(429);
      expect(headers).toMatchObject({ 'ratelimit-limit': '5', 'ratelimit-remaining': '0' });
      expect(headers['retry-after']).toBe(headers['ratelimit-reset']);
      expect(Number(headers['retry-after'])).toBeGreaterThan(0);
      const exposed = headers['access-control-expose-headers'];
      for (const name of ['Limit', 'Remaining', 'Reset']) {
        expect(exposed).toContain(`RateLimit-${name}`);
      }
    }
  });

  it('ask the database no more once one process alone has seen too many', async () => {
    for (let index = 0; index < 8; index++) await login('192.0.2.23');
    expect(
      await app.database.query(`SELECT points FROM rate_limits WHERE key = 'sign-in:192.0.2.23'`),
    ).toEqual([{ points: 5 }]);
  });

  it('are cleared of windows that are over, and of those that a clock set back has put too far away', async () => {
    const nowMs = Date.now();
    await app.database.query(
      `INSERT INTO rate_limits VALUES ('over', 1, $1), ('lasting', 1, $2), ('far away', 1, $3)`,
      [nowMs - 1, nowMs + 60_000, nowMs + 86_400_000],
    );
    await limited.nest.get(SignInRateLimit).clean(nowMs);
    expect(
      await app.database.query(
        `SELECT key FROM rate_limits WHERE key IN ('over', 'lasting', 'far away')`,
      ),
    ).toEqual([{ key: 'lasting' }]);
  });

  it('stay as they are when they cannot be cleared', async () => {
    await app.database.query('ALTER TABLE rate_limits RENAME TO away');
    await expect(limited.nest.get(SignInRateLimit).clean(Date.now())).resolves.toBeUndefined();
    await app.database.query('ALTER TABLE away RENAME TO rate_limits');
  });
});
