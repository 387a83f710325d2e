import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { auditLogStatement } from '../src/audit/audit-logs.repository.js';
import { COLUMNS } from '../src/audit/audit-row.js';
import { INSERT_BATCH } from '../src/audit/audit-statements.js';
import { maintainPartitions } from '../src/audit/partitions.js';
import { sealKey } from '../src/audit/seals/seal.js';
import { sealClosedRows } from '../src/audit/seals/seal-closed-rows.js';
import { EmbeddedPostgres } from '../src/database/embedded/embedded-postgres.js';
import { migrate } from '../src/database/migrations.js';
import { treeTimeUs } from './processor-time.js';
import { quantile } from './statistics.js';

/*
 * What storing and reading the record costs while it grows: `npm run bench:audit-growth -- [rows]`, by default ten million.
 * On an embedded PostgreSQL of its own, durable as in production, removed afterwards.
 */
const MAX_ROWS = Number(process.argv[2] ?? 10_000_000);
const SIZES = [0, 100_000, 1_000_000, 3_000_000, 10_000_000].filter((rows) => rows <= MAX_ROWS);
const USERS = 1000;
const MONTHS = 12;
const BATCH = 100;
const BATCHES = 200;
const PAGES = 300;
const FILLERS = 2;
const KEY = sealKey({
  SECRET_KEY: 'nothing that is worth keeping a secret',
  AUDIT_SEAL_KEY: undefined,
});

const dataDir = await mkdtemp(join(tmpdir(), 'mindflow-growth-'));
const embedded = await EmbeddedPostgres.start({ dataDir, log: () => undefined });
const client = new pg.Client({ connectionString: embedded.directUrl });
try {
  await migrate({ DATABASE_URL: embedded.url, DATABASE_DIRECT_URL: embedded.directUrl });
  await client.connect();
  const users = await prepare();
  let rows = 0;
  for (const size of SIZES) {
    await fill(users, rows, size);
    rows = size;
    print({ rows: size, ...(await measure(users)) });
  }
  await client.query('DROP INDEX audit_logs_position_idx');
  print({ withoutPositionIndex: true, ...(await measureInserts(users)) });
} finally {
  await client.end();
  await embedded.stop();
  await rm(dataDir, { recursive: true, force: true });
}

function print(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

async function prepare(): Promise<string[]> {
  for (let offset = -MONTHS + 1; offset <= 0; offset++) {
    await maintainPartitions(client, firstOfMonth(offset), 36_500);
  }
  const { rows } = await client.query<{ id: string }>(
    `INSERT INTO users (id, email, full_name)
     SELECT gen_random_uuid(), 'user' || n || '@example.com', '' FROM generate_series(1, $1) AS n RETURNING id`,
    [USERS],
  );
  return rows.map(({ id }) => id);
}

/**
 * Rows as they would have come over the months, in order and for all users alike: two months at a time, without waiting
 * for the disk after each. Their indexes grow along.
 */
async function fill(users: string[], from: number, to: number): Promise<void> {
  if (from === to) return;
  const perMonth = (to - from) / MONTHS;
  const months = Array.from({ length: MONTHS }, (_, offset) => offset);
  await Promise.all(
    Array.from({ length: FILLERS }, async () => {
      const filler = new pg.Client({ connectionString: embedded.directUrl });
      await filler.connect();
      await filler.query('SET synchronous_commit = off');
      for (let month = months.pop(); month !== undefined; month = months.pop()) {
        await fillMonth(filler, users, { month, rows: Math.round(perMonth) });
      }
      await filler.end();
    }),
  );
  await client.query('VACUUM ANALYZE audit_logs');
}

async function fillMonth(
  filler: pg.Client,
  users: string[],
  { month, rows }: { month: number; rows: number },
): Promise<void> {
  const start = firstOfMonth(-month);
  const end = month === 0 ? new Date() : firstOfMonth(1 - month);
  const partition = `audit_logs_${start.toISOString().slice(0, 7).replace('-', '_')}`;
  await filler.query(
    `INSERT INTO ${partition} (timestamp, id, user_id, action, resource_id, result, request_duration_ms, method, route,
       status_code, client)
     SELECT $2::timestamptz + ($3::timestamptz - $2) * ((n - 1) / $5::float8), gen_random_uuid(),
       ($1::uuid[])[1 + n % $4::int],
       (ARRAY['GET_BEST_TASK', 'LIST_TASKS', 'UPDATE_TASK', 'CREATE_TASK'])[1 + (random() * 3)::int], gen_random_uuid(),
       CASE WHEN n % 20 = 0 THEN 'error' ELSE 'success' END, random() * 20, 'GET', '/api/tasks', 200,
       '192.0.2.1 Mozilla/5.0 (X11; Linux x86_64)'
     FROM generate_series(1, $5::int) AS n`,
    [users, start, end, USERS, rows],
  );
}

function firstOfMonth(offset: number): Date {
  const now = new Date();
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + offset));
}

async function measure(users: string[]): Promise<object> {
  const inserts = await measureInserts(users);
  return { ...inserts, ...(await measureSeal()), ...(await measurePages(users)) };
}

async function measureInserts(users: string[]): Promise<object> {
  // What is there already counts as sealed: only the rows to come are to be sealed.
  await client.query(`
    TRUNCATE audit_seals;
    INSERT INTO audit_seals (sequence, from_position, to_position, month, row_count, rows_digest, previous, digest)
    SELECT 1, -1, audit_position(pg_snapshot_xmax(pg_current_snapshot())), now(), 1, '', '', ''`);
  const { times, cpuMs } = await timed(BATCHES, () => {
    const arrays = COLUMNS.map(([name]) => Array.from({ length: BATCH }, () => value(name, users)));
    return client.query({ name: 'insert', text: INSERT_BATCH, values: arrays });
  });
  return {
    insertUsPerRow: Math.round((quantile(times, 0.5) * 1000) / BATCH),
    insertP95UsPerRow: Math.round((quantile(times, 0.95) * 1000) / BATCH),
    insertCpuUsPerRow: Math.round((cpuMs * 1000) / BATCHES / BATCH),
  };
}

async function measureSeal(): Promise<object> {
  const startedMs = performance.now();
  const seals = await sealClosedRows(client, KEY);
  const rows = seals.reduce((sum, { rowCount }) => sum + rowCount, 0);
  return { sealedRows: rows, sealMs: Math.round(performance.now() - startedMs) };
}

async function measurePages(users: string[]): Promise<object> {
  const statement = (user: string | undefined) =>
    auditLogStatement(user ?? '', {}, { limit: 51, after: null });
  const { times, cpuMs } = await timed(PAGES, (index) => {
    const { text, values } = statement(users[index % USERS]);
    return client.query({ name: 'page', text, values });
  });
  const { text, values } = statement(users[0]);
  const explained = await client.query<{
    'QUERY PLAN': [{ Plan: Record<'Shared Hit Blocks' | 'Shared Read Blocks', number> }];
  }>(`EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${text}`, values);
  const plan = explained.rows[0]?.['QUERY PLAN'][0].Plan;
  return {
    pageMs: rounded(quantile(times, 0.5)),
    pageP95Ms: rounded(quantile(times, 0.95)),
    pageCpuMs: rounded(cpuMs / PAGES),
    pageBuffers: (plan?.['Shared Hit Blocks'] ?? 0) + (plan?.['Shared Read Blocks'] ?? 0),
  };
}

/** Milliseconds of each call, and the processor time that the server's process spent on all. */
async function timed(
  count: number,
  call: (index: number) => Promise<unknown>,
): Promise<{ times: number[]; cpuMs: number }> {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const pid = rows[0]?.pid ?? 0;
  const beforeUs = await treeTimeUs(pid);
  const times: number[] = [];
  for (let index = 0; index < count; index++) {
    const startedMs = performance.now();
    await call(index);
    times.push(performance.now() - startedMs);
  }
  return { times, cpuMs: ((await treeTimeUs(pid)) - beforeUs) / 1000 };
}

function value(name: string, users: string[]): string | number | null {
  const values: Record<string, string | number | undefined> = {
    timestamp: new Date().toISOString(),
    id: randomUUID(),
    user_id: users[Math.floor(Math.random() * USERS)],
    action: 'LIST_TASKS',
    result: 'success',
    request_duration_ms: 1.5,
    method: 'GET',
    route: '/api/tasks',
    status_code: 200,
    client: '192.0.2.1 Mozilla/5.0 (X11; Linux x86_64)',
    count: 1,
  };
  return values[name] ?? null;
}

function rounded(figure: number): number {
  return Math.round(figure * 1000) / 1000;
}
