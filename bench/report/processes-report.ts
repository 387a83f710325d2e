import { type Sample } from '../measure.js';
import { quantile } from '../statistics.js';
import { type Workload } from '../workloads.js';
import { number, table } from './markdown.js';

type Figure = (sample: Sample) => number;

const processorUs: Figure = ({ serverUs, postgresUs, poolerUs }) =>
  serverUs + postgresUs + poolerUs;

/**
 * Medians over the rounds. Each ratio is to the first arrangement in the same round.
 *
 * @param samples by the names of workload and arrangement, with a space between
 */
export function processesTable(
  workloads: Workload[],
  arrangements: string[],
  samples: Map<string, Sample[]>,
): string {
  const [first = ''] = arrangements;
  const rows = workloads.flatMap(({ name, title }) =>
    arrangements.map((arrangement) => {
      const own = samples.get(`${name} ${arrangement}`) ?? [];
      const base = samples.get(`${name} ${first}`) ?? [];
      const median = (figure: Figure, digits = 0) => number(quantile(own.map(figure), 0.5), digits);
      const ratio = (figure: Figure) => {
        const ratios = own.map((sample, round) => figure(sample) / figure(base[round] ?? sample));
        return number(quantile(ratios, 0.5), 2);
      };
      return [
        title,
        arrangement,
        median(({ requestsPerSecond }) => requestsPerSecond),
        ratio(({ requestsPerSecond }) => requestsPerSecond),
        median(({ serverUs }) => serverUs),
        median(({ postgresUs }) => postgresUs),
        median(({ poolerUs }) => poolerUs),
        ratio(processorUs),
        median(({ p50Ms }) => p50Ms, 1),
        median(({ p99Ms }) => p99Ms, 1),
      ];
    }),
  );
  const speed = ['requests/s', '×'];
  const time = ['µs server', 'µs PostgreSQL', 'µs pooler', '× µs'];
  return table(['', '', ...speed, ...time, 'p50 ms', 'p99 ms'], rows, 2);
}
