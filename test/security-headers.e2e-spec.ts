import { TestApp } from './support/test-app.js';

const ORIGIN = 'https://app.example.com';

describe('security headers', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.stop());

  it.each(['/health', '/api/tasks', '/no-such-route'])('are on the answer of %s', async (path) => {
    const { headers } = await app.http.get(path);
    expect(headers).toMatchObject({
      'content-security-policy': "default-src 'none';frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'strict-transport-security': 'max-age=31536000',
    });
    expect(headers).not.toHaveProperty('x-powered-by');
  });

  it('allow no other origin unless one is configured', async () => {
    const { headers } = await app.http.get('/health').set('Origin', ORIGIN);
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it('treat a preflight as any wrong method when no origin is configured', async () => {
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

  it('are allowed by a preflight, which needs no sign-in', async () => {
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

  it('may read the headers that the API promises', async () => {
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
    'null',
  ])('are not allowed from %s', async (origin) => {
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
