import { parseArgs } from 'node:util';
import { CrowdedTable } from './crowded-table.js';
import { type GrowthPoint, type Operation, OPERATIONS } from './growth-point.js';
import { measure, type Sample, type Subject, warmUp } from './measure.js';
import { BenchDatabase } from './postgres/bench-database.js';
import { postmasterOf } from './processor-time.js';
import { growthSection } from './report/growth-report.js';
import { writeChart, writeSection } from './report/document.js';
import { bestTask, createTask, getTask, listTasks, updateTask } from './requests.js';
import { type PlannedRequest } from './planned-request.js';
import { SERVER_KINDS } from './server-kinds.js';
import { ServerProcess } from './server-process.js';
import { generator } from './session.js';
import { spread } from './statistics.js';

/*
 * `npm run bench:growth -- --tasks 10000000 --users 10000`: what a request costs while the tables grow around those who ask.
 */
const { values: options } = parseArgs({
  allowNegative: true,
  options: {
    tasks: { type: 'string', default: '10000000' },
    users: { type: 'string', default: '10000' },
    seconds: { type: 'string', default: '2' },
    rounds: { type: 'string', default: '3' },
    write: { type: 'boolean', default: true },
  },
});

/** Few enough that nobody waits for anybody. */
const CONNECTIONS = 4;
const REQUESTS = 2000;
/** How many of the users ask, where there are so many. */
const ASKING_AMONG_TASKS = 10;
const ASKING_AMONG_USERS = 100;

const say = (text: string) => {
  process.stderr.write(`${text}\n`);
};
let run = 0;

const byTasks = await withService(ASKING_AMONG_TASKS, async (table, subject) => {
  const points: GrowthPoint[] = [];
  for (const size of powersOfTen(10_000, Number(options.tasks))) {
    await table.growToTasks(size);
    say(`${size.toLocaleString('en')} tasks`);
    points.push(await measurePoint(table, subject, size));
  }
  return points;
});
const byUsers = await withService(1, async (table, subject) => {
  const points: GrowthPoint[] = [];
  for (const size of powersOfTen(1, Number(options.users))) {
    await table.growToUsers(size, Math.min(size, ASKING_AMONG_USERS));
    say(`${size.toLocaleString('en')} users`);
    points.push(await measurePoint(table, subject, size));
  }
  return points;
});

const { markdown, charts } = growthSection({ byTasks, byUsers });
process.stdout.write(markdown);
if (options.write) {
  await writeSection('growth', markdown);
  for (const { file, svg } of charts) await writeChart(file, svg);
}

async function withService<T>(
  asking: number,
  work: (table: CrowdedTable, subject: Subject) => Promise<T>,
): Promise<T> {
  const database = await BenchDatabase.create();
  const server = await ServerProcess.start(SERVER_KINDS.ours, database.url);
  try {
    const postmaster = await postmasterOf(await database.backendPid());
    const { load } = await generator();
    const table = await CrowdedTable.create(database, server, asking);
    return await work(table, { server, postmaster, load });
  } finally {
    await server.stop();
    await database.drop();
  }
}

async function measurePoint(
  table: CrowdedTable,
  subject: Subject,
  size: number,
): Promise<GrowthPoint> {
  await table.tidy();
  const figures = {} as GrowthPoint['figures'];
  for (const operation of OPERATIONS) {
    const plan = async (seconds: number) => ({
      requests: await requestsOf(operation, table),
      connections: CONNECTIONS,
      seconds,
    });
    await warmUp(subject, plan);
    const samples: Sample[] = [];
    for (let round = 0; round < Number(options.rounds); round++) {
      samples.push(await measure(subject, await plan(Number(options.seconds))));
    }
    if (operation === 'create') await table.removeNewTasks();
    figures[operation] = {
      p50Ms: spread(samples.map(({ p50Ms }) => p50Ms)).median,
      cpuUs: spread(samples.map(({ serverUs, postgresUs }) => serverUs + postgresUs)).median,
    };
  }
  return { size, figures };
}

async function requestsOf(operation: Operation, table: CrowdedTable): Promise<PlannedRequest[]> {
  run++;
  const tasks = await table.tasks();
  return Array.from({ length: REQUESTS }, (_, index) => {
    const task = tasks[index % tasks.length];
    if (!task) throw new Error('there are no tasks');
    const unique = run * REQUESTS + index;
    switch (operation) {
      case 'get':
        return getTask(task);
      case 'list':
        return listTasks(task.user, 'limit=50');
      case 'create':
        return createTask(task.user, unique);
      case 'update':
        return updateTask(task, unique);
      case 'best':
        return bestTask(task.user);
    }
  });
}

function powersOfTen(from: number, to: number): number[] {
  return from > to ? [] : [from, ...powersOfTen(from * 10, to)];
}
