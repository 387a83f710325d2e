import { setTimeout as delay } from 'node:timers/promises';
import { PostgresServer } from '../support/postgres-server.js';
import { PATIENTLY_MS, rounds } from '../support/rounds.js';
import { Installation } from './installation.js';

const CLIENTS = 32;
const EXIT_WITHIN_MS = 10_000;

describe('processes that come and go', () => {
  let server: PostgresServer;
  let app: Installation;
  beforeAll(async () => {
    server = await PostgresServer.start();
    app = await Installation.start(server);
  }, PATIENTLY_MS);
  afterAll(async () => {
    await app.stop();
    await server.stop();
  });

  it(
    'F15 finishes what is under way when it is told twice to stop, and exits with 0 within 10 s',
    () =>
      rounds('F15 SIGTERM twice under load', {}, async () => {
        const load = await app.load();
        await load.succeed(1000);
        const toldMs = performance.now();
        app.program.signal('SIGTERM');
        await delay(20);
        app.program.signal('SIGTERM');
        const exit = await app.program.ended;
        const exitMs = performance.now() - toldMs;
        const cutOff = load.ledger.unanswered.filter(({ startedMs }) => startedMs < toldMs);
        await app.restart();
        await load.succeed(200);
        const ledger = await app.verdict(load);
        expect(exit).toBe(0);
        expect(exitMs).toBeLessThan(EXIT_WITHIN_MS);
        expect(cutOff).toEqual([]);
        return { ledger, figures: { exitMs } };
      }),
    PATIENTLY_MS,
  );

  it(
    'F17 records everything exactly once for two instances, through the death of one and of PostgreSQL',
    () =>
      rounds(
        'F17 two instances, one killed, then PostgreSQL',
        { firstSuccessAfterMs: 3000 },
        async () => {
          const other = await app.another();
          const load = await app.load(other.url);
          await load.succeed(1000);
          await app.program.stop('SIGKILL');
          const unanswered = load.ledger.unanswered.length;
          await app.restart();
          await load.succeed(200);
          await server.kill();
          await server.restart();
          const readyMs = performance.now();
          const recoveryMs = (await load.firstSuccess(readyMs)) - readyMs;
          await load.succeed(200);
          const ledger = await app.verdict(load);
          const exit = await other.stop();
          expect(unanswered).toBeLessThanOrEqual(CLIENTS / 2);
          expect(exit).toBe(0);
          return { ledger, figures: { firstSuccessAfterMs: recoveryMs } };
        },
      ),
    PATIENTLY_MS,
  );

  it(
    'F21 has both the change and its row, or neither, whenever its client leaves',
    () =>
      rounds('F21 clients gone before, during and after the handler', {}, async () => {
        const load = await app.load();
        await load.succeed(1000);
        for (let count = 0; count < 60; count++) {
          load.abandon();
          await delay(10);
        }
        const abandoned = load.ledger.unanswered.length;
        await load.succeed(200);
        const ledger = await app.verdict(load);
        expect(abandoned).toBeGreaterThan(0);
        return { ledger, figures: { abandoned } };
      }),
    PATIENTLY_MS,
  );
});
