import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type Answers, PacedLoad } from './paced-load.js';
import { BenchDatabase } from './postgres/bench-database.js';
import { type Resources, resourcesOf } from './resources.js';
import { SERVER_KINDS } from './server-kinds.js';
import { ServerProcess } from './server-process.js';
import { slope } from './statistics.js';

/*
 * `npm run soak -- --minutes 30`: seven tenths of what the service can do, and whether what it holds stays the same.
 */
const { values: options } = parseArgs({ options: { minutes: { type: 'string', default: '10' } } });

const WARM_UP_MS = 20_000;
const CAPACITY_MS = 10_000;
const SAMPLE_MS = 5000;
const SHARE = 0.7;

/** Within such a time garbage is collected at least once: the least memory in it is what is really held. */
const WINDOW_SAMPLES = 6;

/** What a fitted line may rise by over the second half, and still be called flat. */
const FLAT: Record<keyof Resources, number> = { residentMib: 10, descriptors: 2, connections: 1 };

type Sample = Resources & Answers & { atMs: number };

const database = await BenchDatabase.create();
const server = await ServerProcess.start(SERVER_KINDS.ours, database.url);
try {
  const load = await PacedLoad.start(server.url);
  const samples = await soak(load, Number(options.minutes) * 60_000);
  await load.stop();
  process.exitCode = report(samples) ? 0 : 1;
} finally {
  await server.stop();
  await database.drop();
}

async function soak(load: PacedLoad, durationMs: number): Promise<Sample[]> {
  await pause(WARM_UP_MS);
  load.answers();
  await pause(CAPACITY_MS);
  const capacity = load.answers().perSecond;
  load.hold(capacity * SHARE);
  line(`${capacity.toFixed(0)} requests a second at most; holding ${String(SHARE * 100)} % of it`);
  line('| minute | requests/s | p99 | failed | resident | descriptors | connections |');
  line('| ---: | ---: | ---: | ---: | ---: | ---: | ---: |');
  await pause(SAMPLE_MS);
  load.answers();
  const samples: Sample[] = [];
  for (let atMs = SAMPLE_MS; atMs <= durationMs; atMs += SAMPLE_MS) {
    await pause(SAMPLE_MS);
    const sample = { atMs, ...load.answers(), ...(await resourcesOf(server.pid, database)) };
    samples.push(sample);
    const isMinute = atMs % 60_000 === 0;
    if (isMinute || sample.failed > 0) line(row(sample));
    if (isMinute) await database.tidy();
  }
  return samples;
}

/** Prints what was found; returns whether all was answered and all is flat. */
function report(samples: Sample[]): boolean {
  const half = samples.slice(samples.length >> 1);
  const lastedMs = half.length * SAMPLE_MS;
  const isFlat = (Object.keys(FLAT) as (keyof Resources)[]).map((name) => {
    const change = slope(leastOf(half, name)) * lastedMs;
    const holds = change <= FLAT[name];
    const minutes = (lastedMs / 60_000).toFixed(1);
    line(
      `${name}: ${change.toFixed(2)} over the last ${minutes} min, ${holds ? 'flat' : 'NOT FLAT'}`,
    );
    return holds;
  });
  const failed = samples.reduce((sum, sample) => sum + sample.failed, 0);
  line(`failed requests: ${String(failed)}`);
  return failed === 0 && !isFlat.includes(false);
}

/** When a window ended, and the least of a resource in it. */
function leastOf(samples: Sample[], name: keyof Resources): [number, number][] {
  const windows = Math.floor(samples.length / WINDOW_SAMPLES);
  return Array.from({ length: windows }, (_, index) => {
    const window = samples.slice(index * WINDOW_SAMPLES, (index + 1) * WINDOW_SAMPLES);
    return [window.at(-1)?.atMs ?? NaN, Math.min(...window.map((sample) => sample[name]))];
  });
}

function row(sample: Sample): string {
  const cells = [
    (sample.atMs / 60_000).toFixed(1),
    sample.perSecond.toFixed(0),
    `${sample.p99Ms.toFixed(0)} ms`,
    String(sample.failed),
    `${sample.residentMib.toFixed(1)} MiB`,
    String(sample.descriptors),
    String(sample.connections),
  ];
  return `| ${cells.join(' | ')} |`;
}

function line(text: string): void {
  process.stdout.write(`${text}\n`);
}
