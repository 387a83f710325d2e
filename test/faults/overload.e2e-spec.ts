import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { eventually } from '../support/eventually.js';
import { PostgresServer } from '../support/postgres-server.js';
import { ROUNDS, rounds } from '../support/rounds.js';
import { HttpClient } from './http-client.js';
import { Installation } from './installation.js';
import { register } from './load.js';
import { isSuccess, longestMs } from './ledger.js';
import { metric } from './metrics.js';
import { PipelinedRequests } from './pipelined-requests.js';

const PATIENTLY_MS = 60_000 * ROUNDS;
const MIB = 1024 * 1024;

describe('more than the database can take', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await PostgresServer.start();
  }, PATIENTLY_MS);
  afterAll(() => server.stop());

  it(
    'F06 is refused within 2.5 s while all connections are held, with liveness untouched, and over at once',
    () =>
      rounds('F06 pool of 4 held by a lock', async () => {
        const app = await Installation.start(server, { DATABASE_POOL_SIZE: '4' });
        const load = await app.load();
        await load.succeed(1000);
        const release = await lockTable(app.directUrl, 'tasks');
        const fromMs = performance.now();
        await delay(4000);
        const liveness = await app.program.status('/health/live');
        await release();
        const freedMs = performance.now();
        const recoveryMs = (await load.firstSuccess(freedMs)) - freedMs;
        await load.succeed(200);
        const ledger = await app.verdict(load);
        const held = ledger.during(fromMs, freedMs).filter((entry) => !isSuccess(entry));
        await app.stop();
        const longestAnswerMs = longestMs(held);
        expect(liveness).toBe(200);
        expect(held.filter(({ code }) => code === 'pool_exhausted').length).toBeGreaterThan(0);
        expect(longestAnswerMs).toBeLessThan(2500);
        expect(recoveryMs).toBeLessThan(1000);
        return { ledger, figures: { longestAnswerMs, firstSuccessAfterMs: recoveryMs } };
      }),
    PATIENTLY_MS,
  );

  it(
    'F08 only makes it slower when every packet takes 300 ms longer each way, in larger batches',
    () =>
      rounds('F08 300 ms more each way', async () => {
        const app = await Installation.start(server, { DATABASE_POOL_SIZE: '32' });
        const load = await app.load();
        await load.succeed(1000);
        const near = await batches(app.url);
        app.proxy.slowDown(300);
        const fromMs = performance.now();
        await load.succeed(150);
        const toMs = performance.now();
        const far = await batches(app.url);
        app.proxy.slowDown(0);
        const ledger = await app.verdict(load);
        await app.stop();
        const slowed = ledger.during(fromMs, toMs);
        expect(slowed.filter(({ status }) => status === 503)).toEqual([]);
        const rowsPerBatch = (far.rows - near.rows) / (far.commits - near.commits);
        expect(rowsPerBatch).toBeGreaterThan(near.rows / near.commits);
        return { ledger, figures: { rowsPerBatch } };
      }),
    PATIENTLY_MS,
  );

  it(
    'F20 is refused before its handler when two thousand rows wait, in bounded memory, and over at once',
    () =>
      rounds('F20 audit slower than the load', async () => {
        const app = await Installation.start(server);
        const load = await app.load();
        await load.succeed(1000);
        await load.stop();
        const beforeBytes = await metric(app.url, 'process_resident_memory_bytes');
        const bearer = await register(app.url);
        const client = new HttpClient(app.url);
        // The first request with a token looks its session up, and it is remembered for a while.
        await client.send({
          path: '/api/tasks',
          method: 'GET',
          headers: { Authorization: bearer },
        });
        const unlock = await lockTable(app.directUrl, 'audit_logs');
        const flood = await PipelinedRequests.send(app.url, { connections: 64, each: 60, bearer });
        await eventually(async () => {
          expect(await metric(app.url, 'mindflow_audit_queue_rows')).toBe(2000);
        });
        const fromMs = performance.now();
        const refused = await client.send({
          method: 'POST',
          path: '/api/auth/register',
          body: { email: 'somebody@example.com', password: 'correct horse battery staple' },
        });
        const refusedMs = performance.now() - fromMs;
        const statuses = await flood.statuses();
        const afterBytes = await metric(app.url, 'process_resident_memory_bytes');
        await unlock();
        client.close();
        const ledger = await app.verdict(load);
        await app.stop();
        expect(refused).toMatchObject({ status: 503, body: { code: 'audit_unavailable' } });
        // One that was let in would wait two seconds for its row.
        expect(refusedMs).toBeLessThan(1500);
        expect(new Set(statuses)).toEqual(new Set([503]));
        const memoryMiB = (afterBytes - beforeBytes) / MIB;
        expect(memoryMiB).toBeLessThan(64);
        return { ledger, figures: { memoryMiB, refusedMs } };
      }),
    PATIENTLY_MS,
  );
});

async function lockTable(directUrl: string, table: string): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString: directUrl });
  client.on('error', () => undefined);
  await client.connect();
  await client.query(`BEGIN; LOCK TABLE ${table}`);
  return () => client.end();
}

async function batches(url: string): Promise<{ rows: number; commits: number }> {
  return {
    rows: await metric(url, 'mindflow_audit_batch_rows_sum'),
    commits: await metric(url, 'mindflow_audit_batch_rows_count'),
  };
}
