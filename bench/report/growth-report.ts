import { type Axis, lineChart } from '../../src/cli/charts/line-chart.js';
import { type GrowthPoint, type Operation, OPERATIONS } from '../growth-point.js';
import { number, table } from './markdown.js';

/** Flat is what costs no more than that much of what it costs at the first point. */
const FLAT = 1.3;

const AXIS_US = [100, 200, 500, 1000, 2000, 5000, 10_000, 20_000];

/** The tables and curves of the two ways to grow. */
export function growthSection({
  byTasks,
  byUsers,
}: {
  byTasks: GrowthPoint[];
  byUsers: GrowthPoint[];
}): { markdown: string; charts: { file: string; svg: string }[] } {
  const charts = [
    { file: 'growth-tasks.svg', svg: chart('tasks', byTasks) },
    { file: 'growth-users.svg', svg: chart('users', byUsers) },
  ];
  const markdown = [
    tableOf('tasks', byTasks),
    `![Processor time of a request against the number of tasks](performance/growth-tasks.svg)`,
    tableOf('users', byUsers),
    `![Processor time of a request against the number of users](performance/growth-users.svg)`,
    '',
  ].join('\n\n');
  return { markdown, charts };
}

function tableOf(what: string, points: GrowthPoint[]): string {
  const cells = ({ figures }: GrowthPoint) =>
    OPERATIONS.map((operation) => {
      const { p50Ms, cpuUs } = figures[operation];
      return `${number(cpuUs)} µs, ${number(p50Ms, 1)} ms`;
    });
  const rows = points.map((point) => [number(point.size), ...cells(point)]);
  const growth = OPERATIONS.map((operation) => {
    const times = points.map(({ figures }) => figures[operation].cpuUs);
    const most = Math.max(...times) / (times[0] ?? NaN);
    return `${number(most, 2)} × ${most <= FLAT ? '' : `(more than ${number(FLAT, 1)})`}`.trim();
  });
  return table([what, ...OPERATIONS], [...rows, ['most against the first', ...growth]]);
}

/** Both axes are logarithmic, so that a constant cost is a level line. */
function chart(what: string, points: GrowthPoint[]): string {
  const all = points.flatMap(({ figures }) => OPERATIONS.map((name) => figures[name].cpuUs));
  const [lowest, highest] = [Math.min(...all) / 1.5, Math.max(...all) * 1.5];
  const sizes = points.map(({ size }) => size);
  return lineChart({
    title: `Processor time of a request, by the number of ${what}`,
    description: OPERATIONS.map((name) => `${name}: ${describe(points, name)}`).join('; '),
    x: axis(what, [sizes[0] ?? 1, sizes.at(-1) ?? 10], sizes.map(compact)),
    y: axis(
      'ms, logarithmic',
      [lowest, highest],
      AXIS_US.filter((value) => value > lowest && value < highest).map((value) => ({
        value,
        label: String(value / 1000),
      })),
    ),
    curves: OPERATIONS.map((name, index) => ({
      name,
      y: (x) => interpolated(points, name, x),
      nameAt: place(points, index),
      nameOffset: index % 2 === 0 ? -8 : 18,
    })),
  });
}

function axis(label: string, [from, to]: [number, number], ticks: Axis['ticks']): Axis {
  return {
    label,
    from: Math.log10(from),
    to: Math.log10(to),
    ticks: ticks.map((tick) => ({ ...tick, value: Math.log10(tick.value) })),
  };
}

function compact(value: number): Axis['ticks'][number] {
  return { value, label: value.toLocaleString('en', { notation: 'compact' }) };
}

/** Where a name stands on its line: each elsewhere, or they would cover each other. */
function place(points: GrowthPoint[], index: number): number {
  const [from, to] = [points[0]?.size ?? 1, points.at(-1)?.size ?? 10].map(Math.log10) as [
    number,
    number,
  ];
  return from + ((to - from) * (index + 0.2)) / (OPERATIONS.length + 0.5);
}

function interpolated(points: GrowthPoint[], name: Operation, x: number): number {
  const known = points.map(({ size, figures }) => [Math.log10(size), figures[name].cpuUs] as const);
  const next = Math.max(
    1,
    known.findIndex(([size]) => size >= x - 1e-9),
  );
  const [x0, y0] = known[next - 1] ?? [0, 0];
  const [x1, y1] = known[next] ?? [x0 + 1, y0];
  return Math.log10(y0 + ((y1 - y0) * (x - x0)) / (x1 - x0));
}

function describe(points: GrowthPoint[], name: Operation): string {
  const times = points.map(({ figures }) => `${String(Math.round(figures[name].cpuUs))} µs`);
  return times.join(', ');
}
