import { type Sample } from '../measure.js';
import { figure, ratio, type Results } from '../results.js';
import { type ServerName } from '../server-kinds.js';
import { type Workload } from '../workloads.js';
import { barChart } from './bar-chart.js';
import { writeChart, writeSection } from './document.js';
import { number, table, withRange } from './markdown.js';

const PICTURE =
  '![Processor time for one request, server and PostgreSQL](performance/processor-time.svg)';
/** What the best task costs is on another scale. */
const CHARTED = ['get', 'list', 'create', 'update', 'mix'];

export function printResults(results: Results): void {
  process.stdout.write(tables(results));
}

/** Writes the figures into `docs/performance.md`, with a picture. */
export async function writeResults(results: Results): Promise<void> {
  await writeSection('bench', `${tables(results)}\n\n${PICTURE}`);
  await writeChart('processor-time.svg', chart(results));
}

function tables(results: Results): string {
  const { rounds, seconds, machine, postgres, generator } = results;
  return [
    `${machine}, Node.js ${process.versions.node}, PostgreSQL ${postgres}, ${generator}; ${String(rounds)} rounds of ${String(seconds)} s. Median (lowest–highest).`,
    ratios(results),
    figures(results),
    memory(results),
  ].join('\n\n');
}

/** Ours over the others, with what was aimed at. */
function ratios(results: Results): string {
  const others = results.servers.filter((name) => name !== 'ours');
  const head = ['µs of ours / µs of', ...others.flatMap((name) => [name, 'aim'])];
  const rows = results.workloads.map((workload) => [
    workload.title,
    ...others.flatMap((other) => [
      withRange(ratio(results, workload, other), 2),
      aim(workload.targets[other]),
    ]),
  ]);
  return table(head, rows);
}

function aim(target: number | undefined): string {
  return target === undefined ? '' : `≤ ${number(target, 2)}`;
}

function figures(results: Results): string {
  const head = [
    ...['', 'server', 'µs server', 'µs PostgreSQL', 'requests/s', 'p50 ms', 'p99 ms'],
    ...['statements', 'commits', 'WAL bytes'],
  ];
  const rows = results.workloads.flatMap((workload) =>
    results.servers
      .filter((server) => workload.servers.includes(server))
      .map((server) => [workload.title, server, ...cells(results, workload, server)]),
  );
  return table(head, rows, 2);
}

function cells(results: Results, workload: Workload, server: ServerName): string[] {
  const of = (value: (sample: Sample) => number) => figure(results, workload, server, value);
  const counts = results.counts.get(`${workload.name} ${server}`);
  return [
    withRange(of(({ serverUs }) => serverUs)),
    withRange(of(({ postgresUs }) => postgresUs)),
    number(of(({ requestsPerSecond }) => requestsPerSecond)?.median),
    number(of(({ p50Ms }) => p50Ms)?.median, 1),
    number(of(({ p99Ms }) => p99Ms)?.median, 1),
    number(counts?.statements, 2),
    number(counts?.commits, 2),
    number(counts?.walBytes),
  ];
}

function memory({ servers, memoryMib }: Results): string {
  const head = ['', ...servers];
  return table(head, [
    ['MiB resident after all this', ...servers.map((name) => number(memoryMib.get(name)))],
  ]);
}

function chart(results: Results): string {
  const median = (workload: Workload, server: ServerName, value: (sample: Sample) => number) =>
    figure(results, workload, server, value)?.median ?? 0;
  const groups = results.workloads
    .filter(({ name }) => CHARTED.includes(name))
    .map((workload) => ({
      name: workload.title,
      bars: results.servers.map((server) => ({
        name: server,
        values: [
          median(workload, server, ({ serverUs }) => serverUs),
          median(workload, server, ({ postgresUs }) => postgresUs),
        ],
      })),
    }));
  return barChart({
    title: 'Processor time for one request',
    description: groups
      .map(
        ({ name, bars }) =>
          `${name}: ${bars.map((bar) => `${bar.name} ${String(Math.round(bar.values.reduce((a, b) => a + b)))}`).join(', ')} µs`,
      )
      .join('; '),
    parts: ['server', 'PostgreSQL'],
    unit: 'µs',
    groups,
  });
}
