import { as, signUp } from './support/factories.js';
import { rawRequest, sendRaw } from './support/raw-http.js';
import { EVERY_ANSWER } from './support/refusals.js';
import { TestApp } from './support/test-app.js';

const ORIGIN = 'https://app.example.com';

describe('security headers', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.stop());

  it.each(['/health', '/api/tasks', '/no-such-route', '/api/best?x=1'])(
    'P18 are on the answer of %s',
    async (path) => {
      const { headers } = await app.http.get(path);
      expect(headers).toMatchObject({
        'content-security-policy': "default-src 'none';frame-ancestors 'none'",
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
        'strict-transport-security': 'max-age=31536000',
      });
      expect(headers).not.toHaveProperty('x-powered-by');
    },
  );

  it.each([
    ['a path that cannot be decoded', rawRequest('GET /%zz')],
    ['too long a parameter', rawRequest(`GET /api/tasks/${'x'.repeat(300)}`)],
    ['what is no HTTP', Buffer.from('garbage\r\n\r\n')],
    ['a tunnel', rawRequest('CONNECT example.com:443')],
    ['too long headers', rawRequest('GET /health', { 'X-Long': 'x'.repeat(80_000) })],
    ['an answer of its own', rawRequest('GET /health/live')],
  ])('P18 are the same on the answer to %s', async (_, bytes) => {
    const ordinary = await sendRaw(app, rawRequest('GET /health'));
    const { headers } = await sendRaw(app, bytes);
    expect(headers).toMatchObject(EVERY_ANSWER);
    const names = (of: object) =>
      Object.keys(of)
        .filter((name) => name !== 'vary')
        .sort();
    expect(names(headers)).toEqual(names(ordinary.headers));
  });

  it('P18 keep what is only for a user out of every cache, and name no server', async () => {
    const client = as(app, await signUp(app));
    for (const path of [
      '/api/tasks',
      '/api/users/me',
      '/api/tasks/best',
      '/api/audit-logs',
      '/api/tasks/7',
    ]) {
      const { headers } = await client.get(path);
      expect(headers['cache-control']).toBe('no-store');
      expect(headers).not.toHaveProperty('server');
      expect(headers).not.toHaveProperty('x-powered-by');
    }
  });

  it('P17 allow no other origin unless one is configured', async () => {
    const { headers } = await app.http.get('/health').set('Origin', ORIGIN);
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it('P17 treat a preflight as any wrong method when no origin is configured', async () => {
    const { status, body } = await app.http
      .options('/health')
      .set({ Origin: ORIGIN, 'Access-Control-Request-Method': 'GET' });
    expect(status).toBe(405);
    expect(body).toMatchObject({ code: 'method_not_allowed' });
  });
});

describe('calls from pages of another origin', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await TestApp.start({ settings: { CORS_ORIGINS: [ORIGIN, 'http://localhost:5173'] } });
  });
  afterAll(() => app.stop());

  const preflight = (origin: string, path = '/api/tasks') =>
    app.http.options(path).set({
      Origin: origin,
      'Access-Control-Request-Method': 'PATCH',
      'Access-Control-Request-Headers': 'authorization,if-match,idempotency-key',
    });

  it('P17 are allowed by a preflight, which needs no sign-in', async () => {
    const { status, headers } = await preflight(ORIGIN);
    expect(status).toBe(204);
    expect(headers).toMatchObject({
      'access-control-allow-origin': ORIGIN,
      'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
      'access-control-max-age': '7200',
      vary: expect.stringContaining('Origin'),
      'x-request-id': expect.any(String),
    });
    const allowed = String(headers['access-control-allow-headers']).toLowerCase();
    for (const name of ['authorization', 'content-type', 'if-match', 'idempotency-key']) {
      expect(allowed).toContain(name);
    }
    expect(headers).not.toHaveProperty('access-control-allow-credentials');
  });

  it('leave no audit row for their preflight', async () => {
    const count = () => app.database.query('SELECT id FROM audit_logs');
    const before = await count();
    await preflight(ORIGIN).expect(204);
    await preflight('https://evil.example.com').expect(204);
    expect(await count()).toHaveLength(before.length);
  });

  it('P17 may read the headers that the API promises', async () => {
    const { headers } = await app.http.get('/health').set('Origin', ORIGIN);
    expect(headers['access-control-allow-origin']).toBe(ORIGIN);
    const exposed = String(headers['access-control-expose-headers']).split(', ');
    expect(exposed).toEqual(
      expect.arrayContaining(['ETag', 'X-Request-Id', 'Retry-After', 'Idempotent-Replayed']),
    );
  });

  it('may read problems as well', async () => {
    const { status, headers } = await app.http.get('/no-such-route').set('Origin', ORIGIN);
    expect(status).toBe(404);
    expect(headers['access-control-allow-origin']).toBe(ORIGIN);
  });

  it.each([
    'https://evil.example.com',
    `${ORIGIN}.evil.example`,
    'http://app.example.com',
    `${ORIGIN}:8443`,
    `https://evil.example.com/?${ORIGIN}`,
    'https://app-example.com',
    `${ORIGIN}, https://evil.example.com`,
    'null',
  ])('P17 are not allowed from %s', async (origin) => {
    expect((await preflight(origin)).headers).not.toHaveProperty('access-control-allow-origin');
    const { headers } = await app.http.get('/health').set('Origin', origin);
    expect(headers).not.toHaveProperty('access-control-allow-origin');
    expect(headers['vary']).toContain('Origin');
  });

  it('do not turn other OPTIONS requests into preflights', async () => {
    const { status, body, headers } = await app.http.options('/health').set('Origin', ORIGIN);
    expect(status).toBe(405);
    expect(body).toMatchObject({ code: 'method_not_allowed' });
    const rows = await app.database.query('SELECT status_code FROM audit_logs WHERE id = $1', [
      headers['x-request-id'],
    ]);
    expect(rows).toEqual([{ status_code: 405 }]);
  });
});
