import { type Counts } from './counters.js';
import { type Sample } from './measure.js';
import { type Options } from './options.js';
import { type ServerName } from './server-kinds.js';
import { type Workload } from './workloads.js';
import { type Spread, spread } from './statistics.js';

/** Everything that one run has shown. Keys are `<workload> <server>`. */
export interface Results extends Options {
  samples: Map<string, Sample[]>;
  counts: Map<string, Counts>;
  memoryMib: Map<ServerName, number>;
  machine: string;
  postgres: string;
  generator: string;
}

/** A figure of one server over the rounds. */
export function figure(
  { samples }: Results,
  { name }: Workload,
  server: ServerName,
  of: (sample: Sample) => number,
): Spread | null {
  const found = samples.get(`${name} ${server}`);
  return found ? spread(found.map(of)) : null;
}

/** Our processor time for an answer, PostgreSQL's included, as a multiple of another server's in the same round. */
export function ratio({ samples }: Results, { name }: Workload, other: ServerName): Spread | null {
  const [ours, others] = [samples.get(`${name} ours`), samples.get(`${name} ${other}`)];
  if (!ours || !others) return null;
  return spread(ours.map((sample, round) => totalUs(sample) / totalUs(others[round])));
}

function totalUs(sample: Sample | undefined): number {
  return (sample?.serverUs ?? NaN) + (sample?.postgresUs ?? NaN);
}
