import { loadData } from './bench-data.js';
import { measure, type Sample, type Subject, warmUp } from './measure.js';
import { parseOptions } from './options.js';
import { startPooler } from './postgres/pooler.js';
import { BenchDatabase } from './postgres/bench-database.js';
import { postmasterOf } from './processor-time.js';
import { writeSection } from './report/document.js';
import { processesTable } from './report/processes-report.js';
import { SERVER_KINDS } from './server-kinds.js';
import { ServerProcess } from './server-process.js';
import { generator } from './session.js';
import { turned } from './slots.js';
import { type Workload } from './workloads.js';

/*
 * `npm run bench:processes`: what a second worker brings, and what a pooler in front of PostgreSQL costs.
 */
const { rounds, seconds, workloads, isWritten } = parseOptions([
  '--only=get,list,create,mix',
  ...process.argv.slice(2),
]);

interface Arrangement {
  title: string;
  subject: Subject;
}

const UNPREPARED = { DATABASE_PREPARED_STATEMENTS: 'false' };

const database = await BenchDatabase.create();
const stops = [() => database.drop()];
let run = 0;
try {
  const samples = new Map<string, Sample[]>();
  const arrangements = await arrange();
  const [first] = arrangements;
  const data = await loadData(database, first.subject.server);
  const planOf = (workload: Workload, duration: number) => ({
    requests: workload.requests({ data, deepPage: 'limit=50', run: ++run }),
    connections: workload.connections,
    seconds: duration,
  });
  for (const workload of workloads) {
    for (const { subject } of arrangements) {
      await warmUp(subject, (duration) => planOf(workload, duration));
    }
  }
  for (let round = 0; round < rounds; round++) {
    await database.tidy();
    for (const workload of workloads) {
      for (const { title, subject } of turned(arrangements, round)) {
        const sample = await measure(subject, planOf(workload, seconds));
        const key = `${workload.name} ${title}`;
        samples.set(key, [...(samples.get(key) ?? []), sample]);
      }
    }
  }
  const titles = arrangements.map(({ title }) => title);
  const markdown = processesTable(workloads, titles, samples);
  process.stdout.write(markdown);
  if (isWritten) await writeSection('processes', markdown);
} finally {
  for (const stop of stops.reverse()) await stop();
}

/** The first is what the others are compared to. */
async function arrange(): Promise<[Arrangement, ...Arrangement[]]> {
  const pooler = await startPooler(database.url);
  stops.push(() => pooler.stop());
  const postmaster = await postmasterOf(await database.backendPid());
  const { load } = await generator();
  const straight = async (title: string, env: Record<string, string>) => ({
    title,
    subject: { server: await start(env, database.url), postmaster, load },
  });
  const pooled = { ...UNPREPARED, DATABASE_DIRECT_URL: database.url };
  return [
    await straight('one worker', {}),
    await straight('two workers', { WEB_CONCURRENCY: '2' }),
    await straight('one, nothing prepared', UNPREPARED),
    {
      title: 'one, through PgBouncer',
      subject: {
        server: await start(pooled, pooler.url),
        postmaster,
        pooler: pooler.pid,
        load,
      },
    },
  ];
}

async function start(env: Record<string, string>, url: string): Promise<ServerProcess> {
  const kind = SERVER_KINDS.ours;
  const server = await ServerProcess.start({ ...kind, env: { ...kind.env, ...env } }, url);
  stops.push(() => server.stop());
  return server;
}
