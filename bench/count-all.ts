import { type Counts, PostgresCounters } from './counters.js';
import { applyLoad, servedUntilQuiet, type Subject, warmUp } from './measure.js';
import { type Session } from './session.js';
import { type Slot, slots } from './slots.js';
import { type Workload } from './workloads.js';

/** Statements, commits and WAL for each request, in a pass of its own, which warms the servers up as well. */
export async function countAll(
  session: Session,
  workloads: Workload[],
): Promise<Map<string, Counts>> {
  const { database, postmaster, load } = session;
  const counters = await PostgresCounters.prepare(database);
  const counts = new Map<string, Counts>();
  await counters.switchOn();
  for (const slot of slots(session, workloads, 0)) {
    const subject = { server: slot.server, postmaster, load };
    await warmUp(subject, slot.plan);
    counts.set(slot.key, await count(counters, subject, slot));
  }
  await counters.switchOff();
  return counts;
}

async function count(counters: PostgresCounters, subject: Subject, slot: Slot): Promise<Counts> {
  let served = NaN;
  const { statements, commits, walBytes } = await counters.during(async () => {
    const plan = slot.plan(1);
    served = await servedUntilQuiet(subject, plan, await applyLoad(subject, plan));
  });
  return {
    statements: statements / served,
    commits: commits / served,
    walBytes: walBytes / served,
  };
}
