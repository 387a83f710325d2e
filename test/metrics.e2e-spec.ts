import { type Socket } from 'node:net';
import { TestApp } from './support/test-app.js';

const TOKEN = 'a-token-for-the-metrics';
const ELSEWHERE = '203.0.113.7';

/** Asks over a connection that the app sees as coming from `address`. */
function askFrom(app: TestApp, address: string, path = '/metrics') {
  app.nest.getHttpServer().once('connection', (socket: Socket) => {
    Object.defineProperty(socket, 'remoteAddress', { value: address });
  });
  return app.http.get(path).set('Connection', 'close');
}

describe('metrics', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await TestApp.start({ settings: { METRICS_TOKEN: TOKEN } });
  });
  afterAll(() => app.stop());

  const ask = (address: string, headers: Record<string, string> = {}) =>
    askFrom(app, address).set(headers);

  it('shows the process, the requests and the pool in the text format of Prometheus', async () => {
    await app.http.get('/health').expect(200);
    const { status, text, headers } = await app.http.get('/metrics');
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(text).toMatch(/^process_resident_memory_bytes \d+$/m);
    expect(text).toMatch(
      /^mindflow_request_duration_seconds_count\{action="GET_HEALTH",status="200"\} [1-9]/m,
    );
    expect(text).toMatch(/^mindflow_pool_connections [1-9]\d*$/m);
    expect(text).toMatch(/^mindflow_pool_idle_connections [1-9]\d*$/m);
    expect(text).toMatch(/^mindflow_pool_waiting_requests 0$/m);
  });

  it.each(['127.0.0.1', '127.8.9.10', '::1', '::ffff:127.0.0.1'])(
    'answers a process of the same host at %s',
    async (address) => {
      expect((await ask(address)).status).toBe(200);
    },
  );

  it.each([ELSEWHERE, '10.0.0.1', '::ffff:203.0.113.7', '2001:db8::1'])(
    'does not exist for %s',
    async (address) => {
      const response = await ask(address);
      expect(response.status).toBe(404);
      expect(response.body).toMatchObject({ code: 'route_not_found' });
    },
  );

  it('looks to others exactly as a route that does not exist', async () => {
    const hidden = await ask(ELSEWHERE);
    const unknown = await askFrom(app, ELSEWHERE, '/no-such-route');
    const identity = { instance: null, requestId: null };
    expect({ ...hidden.body, ...identity }).toEqual({ ...unknown.body, ...identity });
  });

  it('believes no header about where a request comes from', async () => {
    const headers = { 'x-forwarded-for': '127.0.0.1', forwarded: 'for=127.0.0.1' };
    expect((await ask(ELSEWHERE, headers)).status).toBe(404);
  });

  it('is not there for others, whatever they ask of it', async () => {
    expect((await askFrom(app, ELSEWHERE, '/metrics?x=1')).status).toBe(404);
    expect((await askFrom(app, '127.0.0.1', '/metrics?x=1')).status).toBe(400);
  });

  it('answers from anywhere when the token is sent', async () => {
    const right = await ask(ELSEWHERE, { authorization: `Bearer ${TOKEN}` });
    expect(right.status).toBe(200);
    for (const authorization of [`Bearer ${TOKEN}x`, 'Bearer', `Basic ${TOKEN}`, '']) {
      expect((await ask(ELSEWHERE, { authorization })).status).toBe(404);
    }
  });

  it('leaves no audit row', async () => {
    const before = await app.database.query('SELECT id FROM audit_logs');
    await app.http.get('/metrics').expect(200);
    expect((await ask('203.0.113.7')).status).toBe(404);
    expect(await app.database.query('SELECT id FROM audit_logs')).toHaveLength(before.length);
  });
});

describe('metrics without a token of their own', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await TestApp.start({ settings: { TRUST_PROXY: ['203.0.113.0/24'] } });
  });
  afterAll(() => app.stop());

  it.each(['Bearer undefined', `Bearer ${TOKEN}`, 'Bearer '])(
    'stay on the same host, even behind a trusted proxy, whoever sends "%s"',
    async (authorization) => {
      const headers = { authorization, 'x-forwarded-for': '127.0.0.1' };
      const { status } = await askFrom(app, ELSEWHERE).set(headers);
      expect(status).toBe(404);
    },
  );
});
