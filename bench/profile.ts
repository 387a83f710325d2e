import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loadData } from './bench-data.js';
import { applyLoad, servedUntilQuiet, type Subject, warmUp } from './measure.js';
import { BenchDatabase } from './postgres/bench-database.js';
import { type CpuProfile, timeByCategory } from './profile-categories.js';
import { postmasterOf } from './processor-time.js';
import { writeSection } from './report/document.js';
import { number, table } from './report/markdown.js';
import { SERVER_KINDS } from './server-kinds.js';
import { ServerProcess } from './server-process.js';
import { generator } from './session.js';
import { type Workload, WORKLOADS } from './workloads.js';

/*
 * `npm run bench:profile -- --only get,create`: where the service's processor time for a request goes.
 */
const { values: options } = parseArgs({
  allowNegative: true,
  options: {
    only: { type: 'string', default: 'get,list,create,update' },
    seconds: { type: 'string', default: '5' },
    write: { type: 'boolean', default: true },
  },
});
const names = options.only.split(',');
const seconds = Number(options.seconds);

const PROFILER = fileURLToPath(new URL('./servers/profiler.js', import.meta.url));
const POLL_MS = 100;
/** Below that a category is not worth a line of its own. */
const NOTEWORTHY_US = 2;

/*
 * The profiler reads the clock, so the service gets a core of its own: whatever wakes PostgreSQL would look expensive if
 * that took its place at once. What is started from here on is where this process is.
 */
moveTo(0, process.pid);

const directory = await mkdtemp(join(tmpdir(), 'mindflow-profile-'));
const file = join(directory, 'profile.json');
const database = await BenchDatabase.create();
const { args, env } = SERVER_KINDS.ours;
const server = await ServerProcess.start(
  { args: ['--import', PROFILER, ...args], env: { ...env, BENCH_PROFILE_FILE: file } },
  database.url,
);
moveTo(1, server.pid);
try {
  const data = await loadData(database, server);
  const postmaster = await postmasterOf(await database.backendPid());
  const subject = { server, postmaster, load: (await generator()).load };
  const columns = new Map<string, Map<string, number>>();
  for (const [index, workload] of WORKLOADS.entries()) {
    if (!names.includes(workload.name)) continue;
    await database.tidy();
    const requests = (run: number) =>
      workload.requests({ data, deepPage: 'limit=50', run: index * 100 + run });
    columns.set(workload.title, await profiled(subject, workload, requests));
  }
  const markdown = tableOf(columns);
  process.stdout.write(markdown);
  if (options.write) await writeSection('profile', markdown);
} finally {
  await server.stop();
  await database.drop();
  await rm(directory, { recursive: true, force: true });
}

function moveTo(core: number, pid: number): void {
  execFileSync('taskset', ['--all-tasks', '--cpu-list', '--pid', String(core), String(pid)]);
}

/** Microseconds of each category for one request. */
async function profiled(
  subject: Subject,
  { connections }: Workload,
  requests: (run: number) => ReturnType<Workload['requests']>,
): Promise<Map<string, number>> {
  let run = 0;
  const planFor = (duration: number) => ({
    requests: requests(++run),
    connections,
    seconds: duration,
  });
  await warmUp(subject, planFor);
  await rm(file, { force: true });
  process.kill(server.pid, 'SIGUSR2');
  const plan = planFor(seconds);
  const served = await servedUntilQuiet(subject, plan, await applyLoad(subject, plan));
  process.kill(server.pid, 'SIGUSR2');
  const times = timeByCategory(await readProfile());
  return new Map([...times].map(([category, us]) => [category, us / served]));
}

async function readProfile(): Promise<CpuProfile> {
  for (;;) {
    const text = await readFile(file, 'utf8').catch(() => '');
    if (text.endsWith('}')) return JSON.parse(text) as CpuProfile;
    await pause(POLL_MS);
  }
}

function tableOf(columns: Map<string, Map<string, number>>): string {
  const times = [...columns.values()];
  const categories = [...new Set(times.flatMap((column) => [...column.keys()]))]
    .map((category) => ({ category, us: times.map((column) => column.get(category) ?? 0) }))
    .filter(({ us }) => Math.max(...us) >= NOTEWORTHY_US)
    .sort((one, other) => sum(other.us) - sum(one.us));
  const all = times.map((column) => sum([...column.values()]));
  return table(
    ['µs of the main thread for one request', ...columns.keys()],
    [
      ...categories.map(({ category, us }) => [category, ...us.map((value) => number(value))]),
      ['in all', ...all.map((value) => number(value))],
    ],
  );
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
