import { setTimeout as delay } from 'node:timers/promises';
import { describeUnless } from '../support/describe-unless.js';
import { PostgresServer } from '../support/postgres-server.js';
import { PATIENTLY_MS, rounds } from '../support/rounds.js';
import { FakeClock } from './fake-clock.js';
import { Installation } from './installation.js';
import { readClockTraces } from './record.js';

const MINUTE_SECONDS = 60;
const HOUR_SECONDS = 3600;
const DAY_SECONDS = 86_400;
const STEPS_SECONDS = [30, -30, MINUTE_SECONDS, -5, HOUR_SECONDS, -HOUR_SECONDS, DAY_SECONDS, -1];
const STEP_MS = 150;
/** So high that nobody reaches them: what they count goes by the clock, too. */
const LIMITS = { RATE_LIMIT_PER_MINUTE: '1000000', AUTH_RATE_LIMIT_PER_MINUTE: '1000000' };

const library = FakeClock.findLibrary();
const describeWithLibrary = describeUnless(
  library === null ? 'F14, because libfaketime is not installed (apt-get install faketime)' : null,
);

describeWithLibrary('a clock that is wrong', () => {
  let server: PostgresServer;
  let clock: FakeClock;
  let app: Installation;
  beforeAll(async () => {
    server = await PostgresServer.start();
    clock = await FakeClock.create(library ?? '');
    app = await Installation.start(server, { ...LIMITS, ...clock.variables });
  }, PATIENTLY_MS);
  afterAll(async () => {
    await app.stop();
    await server.stop();
    await clock.remove();
  });

  it(
    'F14 costs tokens at most, never a request or a true duration, and nobody is locked out once it is right',
    () =>
      rounds('F14 clock 2 h ahead, 1 day behind, stepping', {}, async () => {
        const load = await app.load();
        await load.succeed(1000);
        await clock.shift(2 * HOUR_SECONDS);
        await load.succeed(200);
        await clock.shift(-DAY_SECONDS);
        await load.succeed(200);
        for (const seconds of STEPS_SECONDS) {
          await clock.shift(seconds);
          await delay(STEP_MS);
        }
        await clock.shift(0);
        await Promise.all(load.accounts.map((account) => account.renew()));
        await load.succeed(200);
        await Promise.all(load.accounts.map((account) => account.signIn()));
        const ledger = await app.verdict(load, ['invalid_token']);
        const { ahead, behind, shortestMs, longestMs } = await readClockTraces(app.directUrl);
        const renewals = ledger.answered.filter(({ status }) => status === 401).length;
        expect(Math.min(ahead, behind)).toBeGreaterThan(0);
        expect(ledger.unanswered).toEqual([]);
        expect(shortestMs).toBeGreaterThanOrEqual(0);
        expect(longestMs).toBeLessThan(MINUTE_SECONDS * 1000);
        return { ledger, figures: { renewals, recordedDurationMs: longestMs } };
      }),
    PATIENTLY_MS,
  );
});
