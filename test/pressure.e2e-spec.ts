import { performance } from 'node:perf_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { eventually } from './support/eventually.js';
import { as, signUp } from './support/factories.js';
import { TestApp } from './support/test-app.js';

/** Lets every turn of the event loop take this long. */
const TURN_MS = 120;
const WITHIN_MS = 20_000;

describe('a process that falls behind', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await TestApp.start({ settings: { EVENT_LOOP_LIMIT_MS: 60 } });
  });
  afterAll(() => app.stop());

  const hold = () => {
    const release = new AbortController();
    const held = (async () => {
      while (!release.signal.aborted) {
        const untilMs = performance.now() + TURN_MS;
        while (performance.now() < untilMs);
        await nextTurn();
      }
    })();
    return () => {
      release.abort();
      return held;
    };
  };

  it('refuses requests with 503 overloaded, on the record, answers its probes, and recovers', async () => {
    const ada = await eventually(() => signUp(app), WITHIN_MS);
    const release = hold();
    try {
      const refused = await eventually(async () => {
        const answer = await as(app, ada).get('/api/tasks');
        expect([answer.status, answer.body.code]).toEqual([503, 'overloaded']);
        return answer;
      }, WITHIN_MS);
      expect(refused.headers['content-type']).toMatch(/^application\/problem\+json/);
      expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
      await app.http.get('/health/live').expect(200);
      expect(
        await app.database.query('SELECT action, status_code FROM audit_logs WHERE id = $1', [
          refused.headers['x-request-id'],
        ]),
      ).toEqual([{ action: 'LIST_TASKS', status_code: 503 }]);
    } finally {
      await release();
    }
    await eventually(() => as(app, ada).get('/api/tasks').expect(200), WITHIN_MS);
  }, 60_000);
});
