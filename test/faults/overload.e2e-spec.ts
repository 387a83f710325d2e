import { eventually } from '../support/eventually.js';
import { PostgresServer } from '../support/postgres-server.js';
import { PATIENTLY_MS, rounds } from '../support/rounds.js';
import { Account } from './account.js';
import { HttpClient } from './http-client.js';
import { whileAsleep, whileLocked } from './holds.js';
import { Installation } from './installation.js';
import { isSuccess, longestMs } from './ledger.js';
import { metric } from './metrics.js';
import { PipelinedRequests } from './pipelined-requests.js';

const MIB = 1024 * 1024;
const ASKED = 200;

describe('more than the database can take', () => {
  let server: PostgresServer;
  let narrow: Installation;
  let wide: Installation;
  beforeAll(async () => {
    server = await PostgresServer.start();
    narrow = await Installation.start(server, { DATABASE_POOL_SIZE: '4' });
    wide = await Installation.start(server, { DATABASE_POOL_SIZE: '32' });
  }, PATIENTLY_MS);
  afterAll(async () => {
    await narrow.stop();
    await wide.stop();
    await server.stop();
  });

  it(
    'F06 is refused within 2.5 s while all connections sleep, with liveness untouched, and over at once',
    () =>
      rounds(
        'F06 pool of 4 held by pg_sleep',
        { longestAnswerMs: 2500, firstSuccessAfterMs: 1000 },
        async () => {
          const load = await narrow.load();
          await load.succeed(1000);
          // So that their tokens are remembered: otherwise those of one user would wait together for one connection.
          await Promise.all(load.accounts.map((account) => account.renew()));
          await load.burst(load.accounts.length);
          const [answers, liveness] = await whileAsleep(narrow.directUrl, () =>
            Promise.all([load.burst(ASKED), narrow.program.status('/health/live')]),
          );
          const freedMs = performance.now();
          const recoveryMs = (await load.firstSuccess(freedMs)) - freedMs;
          await load.succeed(200);
          const ledger = await narrow.verdict(load);
          const exhausted = answers.filter(({ code }) => code === 'pool_exhausted');
          const longestAnswerMs = longestMs(exhausted);
          expect(liveness).toBe(200);
          expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]));
          // The others are those that slept themselves.
          expect(exhausted.length).toBeGreaterThan(ASKED / 2);
          return { ledger, figures: { longestAnswerMs, firstSuccessAfterMs: recoveryMs } };
        },
      ),
    PATIENTLY_MS,
  );

  it(
    'F06 is refused within 2.5 s while a table is locked, and over at once',
    () =>
      rounds(
        'F06 pool of 4 held by a lock',
        { longestAnswerMs: 2500, firstSuccessAfterMs: 1000 },
        async () => {
          const load = await narrow.load();
          await load.succeed(1000);
          const fromMs = performance.now();
          await whileLocked(narrow.directUrl, 'tasks', () =>
            load.answered(fromMs, ({ code }) => code === 'pool_exhausted', 32),
          );
          const freedMs = performance.now();
          const recoveryMs = (await load.firstSuccess(freedMs)) - freedMs;
          await load.succeed(200);
          const ledger = await narrow.verdict(load);
          const held = ledger.during(fromMs, freedMs).filter((entry) => !isSuccess(entry));
          const longestAnswerMs = longestMs(held);
          return { ledger, figures: { longestAnswerMs, firstSuccessAfterMs: recoveryMs } };
        },
      ),
    PATIENTLY_MS,
  );

  it(
    'F08 only makes it slower when every packet takes 300 ms longer each way, in batches',
    () =>
      rounds('F08 300 ms more each way', {}, async () => {
        const load = await wide.load();
        await load.succeed(1000);
        const near = await batches(wide.url);
        wide.proxy.slowDown(300);
        const fromMs = performance.now();
        await load.succeed(80);
        const toMs = performance.now();
        const far = await batches(wide.url);
        const ledger = await wide.verdict(load);
        const slowed = ledger.during(fromMs, toMs);
        expect(slowed.filter(({ status }) => status === 503)).toEqual([]);
        const rowsPerBatch = (far.rows - near.rows) / (far.commits - near.commits);
        expect(rowsPerBatch).toBeGreaterThan(2);
        return { ledger, figures: { rowsPerBatch } };
      }),
    PATIENTLY_MS,
  );

  it(
    'F20 is refused before its handler when two thousand rows wait, in bounded memory, and over at once',
    () =>
      rounds('F20 audit slower than the load', { refusedMs: 1500 }, async () => {
        const load = await wide.load();
        await load.succeed(1000);
        await load.stop();
        const beforeBytes = await metric(wide.url, 'process_resident_memory_bytes');
        const { bearer } = await Account.register(wide.url);
        const client = new HttpClient(wide.url);
        // The first request with a token looks its session up, and it is remembered for a while.
        await client.send({
          path: '/api/tasks',
          method: 'GET',
          headers: { Authorization: bearer },
        });
        const flood = { connections: 64, each: 60, bearer };
        const seen = await whileLocked(wide.directUrl, 'audit_logs', async () => {
          const flooding = await PipelinedRequests.send(wide.url, flood);
          await eventually(async () => {
            expect(await metric(wide.url, 'mindflow_audit_queue_rows')).toBe(2000);
          });
          const fromMs = performance.now();
          const refused = await client.send({
            method: 'POST',
            path: '/api/auth/register',
            body: { email: 'somebody@example.com', password: 'correct horse battery staple' },
          });
          const refusedMs = performance.now() - fromMs;
          return { refused, refusedMs, statuses: await flooding.statuses() };
        });
        const { refused, refusedMs, statuses } = seen;
        const afterBytes = await metric(wide.url, 'process_resident_memory_bytes');
        client.close();
        const ledger = await wide.verdict(load);
        expect(refused).toMatchObject({ status: 503, body: { code: 'audit_unavailable' } });
        // One that was let in would wait two seconds for its row.
        expect(new Set(statuses)).toEqual(new Set([503]));
        const memoryMiB = (afterBytes - beforeBytes) / MIB;
        expect(memoryMiB).toBeLessThan(64);
        return { ledger, figures: { memoryMiB, refusedMs } };
      }),
    PATIENTLY_MS,
  );
});

async function batches(url: string): Promise<{ rows: number; commits: number }> {
  return {
    rows: await metric(url, 'mindflow_audit_batch_rows_sum'),
    commits: await metric(url, 'mindflow_audit_batch_rows_count'),
  };
}
