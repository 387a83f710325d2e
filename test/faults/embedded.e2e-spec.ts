import { setTimeout as delay } from 'node:timers/promises';
import { PATIENTLY_MS, rounds } from '../support/rounds.js';
import { EmbeddedApp } from './embedded-app.js';
import { isSuccess } from './ledger.js';

const BACK_WITHIN_MS = 5000;
const EXIT_WITHIN_MS = 10_000;

describe('the application with its embedded PostgreSQL', () => {
  let app: EmbeddedApp;
  beforeAll(async () => {
    app = await EmbeddedApp.start();
  }, PATIENTLY_MS);
  afterAll(() => app.stop());

  it(
    'F01 adopts the server that a killed application left behind, within 5 s and without a loss',
    () =>
      rounds(
        'F01 app killed, embedded PostgreSQL adopted',
        { readyMs: BACK_WITHIN_MS },
        async () => {
          const load = await app.load();
          await load.succeed(1000);
          await app.program.stop('SIGKILL');
          const readyMs = await app.restart();
          await load.succeed(200);
          const ledger = await app.verdict(load);
          return { ledger, figures: { readyMs } };
        },
      ),
    PATIENTLY_MS,
  );

  it(
    'F15 finishes what is under way when it is told twice to stop, and stops PostgreSQL last',
    () =>
      rounds('F15 SIGTERM twice, embedded PostgreSQL', {}, async () => {
        const load = await app.load();
        await load.succeed(1000);
        const { length: before } = await app.serverLog();
        const toldMs = performance.now();
        app.program.signal('SIGTERM');
        await delay(20);
        app.program.signal('SIGTERM');
        const exit = await app.program.ended;
        const exitMs = performance.now() - toldMs;
        const log = (await app.serverLog()).slice(before);
        await app.restart();
        await load.succeed(200);
        const ledger = await app.verdict(load);
        const underWay = ledger.during(toldMs, toldMs);
        expect(exit).toBe(0);
        expect(exitMs).toBeLessThan(EXIT_WITHIN_MS);
        expect(underWay.filter((entry) => !isSuccess(entry))).toEqual([]);
        expect(ledger.entries.some(({ isSent }) => !isSent)).toBe(true);
        const left = log.map((line) => /^mindflow(_owner)?: LOG: {2}disconnection/.test(line));
        const stopped = log.findIndex((line) => line.includes('received fast shutdown request'));
        expect(left.indexOf(true)).toBeGreaterThan(-1);
        expect(left.lastIndexOf(true)).toBeLessThan(stopped);
        expect(log.filter((line) => /^mindflow.*FATAL/.test(line))).toEqual([]);
        expect(log.join('\n')).toContain('database system is shut down');
        return { ledger, figures: { exitMs } };
      }),
    PATIENTLY_MS,
  );

  it(
    'F03 brings a killed server back within 5 s, with 503s meanwhile and without a loss',
    () =>
      rounds(
        'F03 embedded PostgreSQL killed',
        { firstSuccessAfterMs: BACK_WITHIN_MS },
        async () => {
          const load = await app.load();
          await load.succeed(1000);
          const killedMs = performance.now();
          await app.killServer();
          const backMs = (await load.firstSuccess(performance.now())) - killedMs;
          await load.succeed(200);
          const ledger = await app.verdict(load);
          expect(ledger.unanswered).toEqual([]);
          return { ledger, figures: { firstSuccessAfterMs: backMs } };
        },
      ),
    PATIENTLY_MS,
  );
});
