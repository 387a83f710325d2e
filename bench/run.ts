import { cpus } from 'node:os';
import { countAll } from './count-all.js';
import { measure, type Sample } from './measure.js';
import { type Options, parseOptions } from './options.js';
import { residentMib } from './processor-time.js';
import { printResults, writeResults } from './report/report.js';
import { type Results } from './results.js';
import { type Session, withSession } from './session.js';
import { slots } from './slots.js';

/*
 * `npm run bench`: measures the service beside bare Fastify and pg, and beside Nest and TypeORM as one writes them first.
 */
const options = parseOptions(process.argv.slice(2));
const say = (text: string) => {
  process.stderr.write(`${text}\n`);
};

await withSession(options.servers, say, async (session) => {
  const results = await benchmark(session, options);
  printResults(results);
  if (options.isWritten) await writeResults(results);
});

async function benchmark(session: Session, given: Options): Promise<Results> {
  const { database, postmaster, load, loadName, contestants } = session;
  const { rounds, seconds, workloads } = given;
  say('warming up, counting statements, commits and WAL');
  const counts = await countAll(session, workloads);
  const samples = new Map<string, Sample[]>();
  for (let round = 0; round < rounds; round++) {
    say(`round ${String(round + 1)} of ${String(rounds)}`);
    await database.tidy();
    for (const slot of slots(session, workloads, round)) {
      const subject = { server: slot.server, postmaster, load };
      const sample = await measure(subject, slot.plan(seconds));
      samples.set(slot.key, [...(samples.get(slot.key) ?? []), sample]);
    }
  }
  const memory = contestants.map(
    async ({ name, server }) => [name, await residentMib(server.pid)] as const,
  );
  return {
    ...given,
    counts,
    samples,
    memoryMib: new Map(await Promise.all(memory)),
    machine: `${String(cpus().length)} × ${cpus()[0]?.model ?? 'unknown processor'}`,
    postgres: await database.version(),
    generator: loadName,
  };
}
