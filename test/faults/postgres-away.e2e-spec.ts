import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '../support/eventually.js';
import { PostgresServer } from '../support/postgres-server.js';
import { PATIENTLY_MS, rounds } from '../support/rounds.js';
import { Installation } from './installation.js';
import { isRead, longestMs } from './ledger.js';
import { metric } from './metrics.js';
import { terminateClients } from './record.js';

const AWAY_MS = 1000;
const STOPPED_MS = 10_000;
const KILLING_MS = 10_000;
const KILL_EVERY_MS = 200;
const POOL_SIZE = 10;
const FULL_WITHIN_MS = 2000;

describe('PostgreSQL, taken away from a busy application', () => {
  let server: PostgresServer;
  let app: Installation;
  beforeAll(async () => {
    server = await PostgresServer.start();
    app = await Installation.start(server, { DATABASE_POOL_SIZE: String(POOL_SIZE) });
  }, PATIENTLY_MS);
  afterAll(async () => {
    await app.stop();
    await server.stop();
  });

  it(
    'F03 costs nothing but 503s when it is killed with its children and started again a second later',
    () =>
      rounds('F03 external PostgreSQL killed', { firstSuccessAfterMs: 3000 }, async () => {
        const load = await app.load();
        await load.succeed(1000);
        await server.kill();
        await delay(AWAY_MS);
        await server.restart();
        const readyMs = performance.now();
        const recoveryMs = (await load.firstSuccess(readyMs)) - readyMs;
        await load.succeed(200);
        const ledger = await app.verdict(load);
        expect(ledger.unanswered).toEqual([]);
        return { ledger, figures: { firstSuccessAfterMs: recoveryMs } };
      }),
    PATIENTLY_MS,
  );

  it(
    'F04 costs almost nothing when all connections are terminated five times a second, and fills its pool again',
    () =>
      rounds(
        'F04 all connections terminated for 10 s',
        { refusedReadsPercent: 1, poolFullAfterMs: FULL_WITHIN_MS },
        async () => {
          const load = await app.load();
          await load.succeed(1000);
          const fromMs = performance.now();
          while (performance.now() - fromMs < KILLING_MS) {
            await terminateClients(app.directUrl);
            await delay(KILL_EVERY_MS);
          }
          const toMs = performance.now();
          await eventually(async () => {
            expect(await metric(app.url, 'mindflow_pool_connections')).toBe(POOL_SIZE);
          });
          const poolFullAfterMs = performance.now() - toMs;
          await load.succeed(200);
          const ledger = await app.verdict(load);
          const reads = ledger.during(fromMs, toMs).filter(isRead);
          const refusedReads = reads.filter(({ status }) => status === 503);
          const refusedReadsPercent = (refusedReads.length / reads.length) * 100;
          expect(ledger.unanswered).toEqual([]);
          return { ledger, figures: { refusedReadsPercent, poolFullAfterMs } };
        },
      ),
    PATIENTLY_MS,
  );

  it(
    'F10 answers every request with 503 within 2.5 s while it is stopped, and goes on within 1 s',
    () =>
      rounds(
        'F10 PostgreSQL stopped for 10 s',
        { longestAnswerMs: 2500, firstSuccessAfterMs: 1000 },
        async () => {
          const load = await app.load();
          await load.succeed(1000);
          await server.pause();
          const fromMs = performance.now();
          await delay(STOPPED_MS / 2);
          const readiness = await app.program.status('/health');
          const liveness = await app.program.status('/health/live');
          await delay(STOPPED_MS / 2);
          const toMs = performance.now();
          await server.resume();
          const recoveryMs = (await load.firstSuccess(toMs)) - toMs;
          await load.succeed(200);
          const ledger = await app.verdict(load);
          const stopped = ledger.during(fromMs, toMs);
          const longestAnswerMs = longestMs(stopped);
          expect([readiness, liveness]).toEqual([503, 200]);
          expect(ledger.unanswered).toEqual([]);
          return { ledger, figures: { longestAnswerMs, firstSuccessAfterMs: recoveryMs } };
        },
      ),
    PATIENTLY_MS,
  );
});
