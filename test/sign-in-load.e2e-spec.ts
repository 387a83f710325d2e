import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { as, signUp } from './support/factories.js';
import { TestApp } from './support/test-app.js';

const AT_ONCE = 200;
const NANOSECONDS_PER_MS = 1e6;
const ROUNDS = 4;
const REQUESTS = 200;
const FLOODING = 8;

describe('many sign-ins at once', () => {
  let app: TestApp;
  let limited: TestApp;
  beforeAll(async () => {
    app = await TestApp.start();
    limited = await TestApp.start({
      database: app.database,
      settings: { TRUST_PROXY: ['127.0.0.1'], AUTH_RATE_LIMIT_PER_MINUTE: 20 },
    });
  });
  afterAll(async () => {
    await limited.stop();
    await app.stop();
  });

  const login = (email: string, password: string) =>
    app.http.post('/api/auth/login').send({ email, password });

  /** Pairs for a thousand accounts from 250 addresses, as fast as they are refused. */
  const startFlood = () => {
    let sent = 0;
    let isOn = true;
    const clients = Array.from({ length: FLOODING }, async () => {
      while (isOn) {
        sent++;
        await limited.http
          .post('/api/auth/login')
          .set('X-Forwarded-For', `198.51.100.${String(sent % 250)}`)
          .send({ email: `${String(sent % 1000)}@example.com`, password: 'stolen' });
      }
    });
    const stop = async () => {
      isOn = false;
      await Promise.all(clients);
    };
    return { stop };
  };

  it('A06 are hashed two at a time; those that cannot wait are told when to come back', async () => {
    const ada = await signUp(app);
    const answers = await Promise.all(
      Array.from({ length: AT_ONCE }, () => login(ada.email, ada.password)),
    );
    const refused = answers.filter(({ status }) => status === 503);
    expect(refused.length).toBeGreaterThan(0);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(AT_ONCE - refused.length);
    for (const { body, headers } of refused) {
      expect(body.code).toBe('overloaded');
      expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    }
    await login(ada.email, ada.password).expect(200);
  }, 60_000);

  it('A06 leave the event loop free', async () => {
    const ada = await signUp(app);
    const delays: number[] = [];
    for (let round = 0; round < 3; round++) {
      const histogram = monitorEventLoopDelay({ resolution: 5 });
      histogram.enable();
      await Promise.all(Array.from({ length: AT_ONCE }, () => login(ada.email, ada.password)));
      histogram.disable();
      delays.push(histogram.percentile(99) / NANOSECONDS_PER_MS);
      if (delays.some((ms) => ms < 50)) break;
    }
    expect(Math.min(...delays)).toBeLessThan(50);
  }, 60_000);

  it('A01 stolen pairs get through for no account beyond its lock, and for no address beyond its limit', async () => {
    const victims = await Promise.all(Array.from({ length: 4 }, () => signUp(app)));
    const statuses: Record<number, number> = {};
    for (let guess = 0; guess < 14; guess++) {
      for (const { email, password } of victims) {
        // The last pair is right, and comes too late.
        const { status } = await limited.http
          .post('/api/auth/login')
          .set('X-Forwarded-For', `203.0.113.${String(guess)}`)
          .send({ email, password: guess === 13 ? password : `stolen ${String(guess)}` });
        statuses[status] = (statuses[status] ?? 0) + 1;
      }
    }
    expect(statuses).toEqual({ 401: 14 * victims.length });
    const answers = [];
    for (let pair = 0; pair < 25; pair++) {
      answers.push(
        await limited.http
          .post('/api/auth/login')
          .set('X-Forwarded-For', '203.0.113.200')
          .send({ email: `${String(pair)}@example.com`, password: 'stolen' }),
      );
    }
    expect(answers.map(({ status }) => status)).toEqual([
      ...Array<number>(20).fill(401),
      ...Array<number>(5).fill(429),
    ]);
  }, 60_000);

  it('A01 a flood of stolen pairs from many addresses keeps others below twice their time', async () => {
    const grace = await signUp(app);
    const p99 = async () => {
      const times: number[] = [];
      for (let index = 0; index < REQUESTS; index++) {
        const startedMs = performance.now();
        await as(limited, grace).get('/api/tasks').expect(200);
        times.push(performance.now() - startedMs);
      }
      return times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.99)] ?? NaN;
    };
    const ratios: number[] = [];
    for (let round = 0; round < ROUNDS && !ratios.some((ratio) => ratio < 2); round++) {
      const calm = await p99();
      const flood = startFlood();
      try {
        ratios.push((await p99()) / calm);
      } finally {
        await flood.stop();
      }
    }
    expect(Math.min(...ratios)).toBeLessThan(2);
  }, 120_000);
});
