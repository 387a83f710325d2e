import { as, signUp } from './support/factories.js';
import { TestApp } from './support/test-app.js';

describe('rate limits', () => {
  let app: TestApp;
  let limited: TestApp;
  beforeAll(async () => {
    app = await TestApp.start();
    limited = await TestApp.start({
      database: app.database,
      settings: {
        RATE_LIMIT_PER_MINUTE: 3,
        AUTH_RATE_LIMIT_PER_MINUTE: 5,
        TRUST_PROXY: ['127.0.0.1'],
      },
    });
  });
  afterAll(async () => {
    await limited.stop();
    await app.stop();
  });

  const login = (address: string, path = 'login') =>
    limited.http
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
});
