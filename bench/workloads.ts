import { type BenchData, OPEN_TASKS, type OpenTasks } from './bench-data.js';
import { bestTask, createTask, getTask, listTasks, updateTask } from './requests.js';
import { type PlannedRequest } from './planned-request.js';
import { type ServerName } from './server-kinds.js';

/** Enough that none comes again before a second has passed. */
const REQUESTS = 4000;
const CONNECTIONS = 32;
/** For answers that take some servers seconds. */
const FEW_CONNECTIONS = 2;
const MANY = 10_000;

/** What our processor time for a request may be at most, as a multiple of another server's. */
type Targets = Partial<Record<ServerName, number>>;

/** A third of what one writes first. */
const NAIVE = 1 / 3;

export interface Workload {
  name: string;
  title: string;
  connections: number;
  servers: readonly ServerName[];
  targets: Targets;
  /** The requests of one measurement, unlike those of every other. */
  requests: (plan: Plan) => PlannedRequest[];
}

interface Plan {
  data: BenchData;
  /** The query of the reader's page far down, as the server reads it. */
  deepPage: string;
  /** Counts the measurements. */
  run: number;
}

const EVERYBODY: readonly ServerName[] = ['ours', 'bare', 'bare-json', 'naive'];

const COMPARED: Omit<Workload, 'connections' | 'servers'>[] = [
  {
    name: 'get',
    title: 'get one',
    targets: { bare: 1.6, naive: NAIVE },
    requests: ({ data }) => times((index) => getTask(at(data.tasks, index))),
  },
  {
    name: 'list',
    title: 'list of 50',
    targets: { bare: 0.85, 'bare-json': 1.4, naive: NAIVE },
    requests: ({ data }) => times((index) => listTasks(at(data.crowd, index), 'limit=50')),
  },
  {
    name: 'deep',
    title: 'page 181 of 200',
    targets: { bare: 0.85, 'bare-json': 1.4, naive: NAIVE },
    requests: ({ data, deepPage }) => times(() => listTasks(data.reader, deepPage)),
  },
  {
    name: 'create',
    title: 'create',
    targets: { bare: 1.8, naive: NAIVE },
    requests: ({ data, run }) =>
      times((index) => createTask(at(data.crowd, index), run * REQUESTS + index)),
  },
  {
    name: 'update',
    title: 'update',
    targets: { bare: 1.8, naive: NAIVE },
    requests: ({ data, run }) =>
      times((index) => updateTask(at(data.tasks, index), run * REQUESTS + index)),
  },
  {
    name: 'mix',
    title: 'mix, 80 % reads',
    targets: { bare: 1.4, naive: NAIVE },
    requests: mixed,
  },
];

export const WORKLOADS: Workload[] = [
  ...COMPARED.map((workload) => ({ ...workload, connections: CONNECTIONS, servers: EVERYBODY })),
  ...OPEN_TASKS.map(best),
];

function best(open: OpenTasks): Workload {
  return {
    name: `best-${String(open)}`,
    title: `best of ${open.toLocaleString('en')}`,
    connections: open > MANY ? FEW_CONNECTIONS : CONNECTIONS,
    servers: ['ours', 'naive'],
    targets: { naive: NAIVE },
    requests: ({ data }) => times(() => bestTask(data.asking[open])),
  };
}

/** Half are reads of one task, three of ten lists, one of ten a creation, one a change. */
function mixed({ data, run }: Plan): PlannedRequest[] {
  const kinds = ['get', 'list', 'get', 'create', 'get', 'list', 'get', 'update', 'list', 'get'];
  return times((index) => {
    const user = at(data.crowd, index);
    const unique = run * REQUESTS + index;
    switch (at(kinds, index)) {
      case 'list':
        return listTasks(user, 'limit=50');
      case 'create':
        return createTask(user, unique);
      case 'update':
        return updateTask(at(data.tasks, index), unique);
      default:
        return getTask(at(data.tasks, index));
    }
  });
}

function times(request: (index: number) => PlannedRequest): PlannedRequest[] {
  return Array.from({ length: REQUESTS }, (_, index) => request(index));
}

function at<T>(items: T[], index: number): T {
  return items[index % items.length] as T;
}
