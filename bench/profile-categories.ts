/** What V8's profiler writes: a tree of calls, and which of them ran when. */
export interface CpuProfile {
  nodes: ProfileNode[];
  samples: number[];
  /** Microseconds since the sample before. */
  timeDeltas: number[];
}

interface ProfileNode {
  id: number;
  callFrame: { functionName: string; url: string };
  children?: number[];
}

/** Idle time, and what taking the profile takes. */
const UNCOUNTED = 'uncounted';

/** The first that fits the path of a script says what its time is spent on. */
const CATEGORIES: readonly [RegExp, string][] = [
  [/\/bench\/servers\/profiler\./, UNCOUNTED],
  [/node_modules\/(pg|pg-\w+|typeorm)\//, 'pg: pool, protocol, sockets'],
  [/\/src\/database\//, 'database: transactions, prepared statements'],
  [/\/src\/audit\//, 'audit: rows and committer'],
  [/node_modules\/(pino|sonic-boom|@pinojs\/\w+)\/|\/src\/http\/logger/, 'log'],
  [/node_modules\/prom-client\/|\/src\/http\/metrics/, 'metrics'],
  [
    /node_modules\/(class-validator|class-transformer|validator)\/|\/src\/http\/(validation|fields)/,
    'validation',
  ],
  [/node_modules\/jose\/|\/src\/auth\//, 'authentication'],
  [/node_modules\/(helmet|@fastify\/helmet)\/|\/src\/http\/security/, 'security headers'],
  [/node_modules\/(@nestjs\/[\w-]+|rxjs|reflect-metadata)\//, 'Nest: guards, interceptors, pipes'],
  [/node_modules\/uuid\//, 'ids'],
  [/node_modules\//, 'Fastify: routing, hooks, writing answers'],
  [/\/src\/http\//, 'http: context, hooks, body, cursors'],
  [/\/src\//, 'tasks: controller, service, statements'],
];

const NODE = 'Node: event loop, reading sockets';
const SPECIAL = new Map([
  ['(idle)', UNCOUNTED],
  ['(garbage collector)', 'garbage collection'],
  ['(program)', NODE],
  ['(root)', NODE],
]);

/**
 * Microseconds by category, without idle time. What Node itself does counts as its caller's, so that writing to a socket is
 * part of what is written.
 */
export function timeByCategory({ nodes, samples, timeDeltas }: CpuProfile): Map<string, number> {
  const categories = categoriesOf(nodes);
  const times = new Map<string, number>();
  samples.forEach((id, index) => {
    const category = categories.get(id);
    if (category === undefined || category === UNCOUNTED) return;
    times.set(category, (times.get(category) ?? 0) + (timeDeltas[index] ?? 0));
  });
  return times;
}

/** The category of each node. Callers come before what they call. */
function categoriesOf(nodes: ProfileNode[]): Map<number, string> {
  const inherited = new Map<number, string>();
  const categories = new Map<number, string>();
  for (const { id, callFrame, children = [] } of nodes) {
    const own = SPECIAL.get(callFrame.functionName) ?? categoryOf(callFrame.url);
    const category = own ?? inherited.get(id) ?? NODE;
    categories.set(id, category);
    for (const child of children) inherited.set(child, category);
  }
  return categories;
}

function categoryOf(url: string): string | undefined {
  return CATEGORIES.find(([pattern]) => pattern.test(url))?.[1];
}
