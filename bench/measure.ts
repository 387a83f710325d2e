import { setTimeout as pause } from 'node:timers/promises';
import { type Load, type LoadResult, type LoadTarget } from './load/load.js';
import { treeTimeUs } from './processor-time.js';
import { type ServerProcess } from './server-process.js';

const WARM_ANSWERS = 5000;
const WARM_SECONDS = 6;
const QUIET_MS = 60;
const QUIET_WITHIN_MS = 10_000;
/** Less than that in `QUIET_MS` is what idle processes take. */
const QUIET_US = 10_000;

/** What one server took for one workload in one round. */
export interface Sample extends LoadResult {
  /** Processor time for each request. */
  serverUs: number;
  postgresUs: number;
  /** 0 where there is none. */
  poolerUs: number;
}

/** What is measured, and with what. */
export interface Subject {
  server: ServerProcess;
  postmaster: number | null;
  /** Its process id, where there is one between the two. */
  pooler?: number;
  load: Load;
}

export type LoadPlan = Omit<LoadTarget, 'url'>;

/**
 * Puts load on a server, and takes the difference of what it and PostgreSQL have used of the processor.
 *
 * @throws Error when any request was not answered with success
 */
export async function measure(subject: Subject, plan: LoadPlan): Promise<Sample> {
  await untilQuiet(subject);
  const before = await used(subject);
  const result = await applyLoad(subject, plan);
  const served = await servedUntilQuiet(subject, plan, result);
  const after = await used(subject);
  return {
    ...result,
    serverUs: (after.server - before.server) / served,
    postgresUs: (after.postgres - before.postgres) / served,
    poolerUs: (after.pooler - before.pooler) / served,
  };
}

/** Processor time so far, in microseconds. */
async function used({ server, postmaster, pooler }: Subject) {
  return {
    server: await treeTimeUs(server.pid),
    postgres: await treeTimeUs(postmaster),
    pooler: pooler === undefined ? 0 : await treeTimeUs(pooler),
  };
}

/** @throws Error when any request was not answered with success */
export async function applyLoad({ server, load }: Subject, plan: LoadPlan): Promise<LoadResult> {
  const result = await load({ ...plan, url: server.url });
  if (result.errors > 0) {
    throw new Error(`${String(result.errors)} errors among ${String(result.answers)} answers`);
  }
  return result;
}

/**
 * Puts load on a server until the compiler has seen enough of its code, which takes requests rather than time: for a second
 * at a time, until it has answered `WARM_ANSWERS` or `WARM_SECONDS` are over.
 */
export async function warmUp(
  subject: Subject,
  plan: (seconds: number) => LoadPlan | Promise<LoadPlan>,
): Promise<void> {
  for (let second = 0, answers = 0; second < WARM_SECONDS && answers < WARM_ANSWERS; second++) {
    answers += (await applyLoad(subject, await plan(1))).answers;
  }
}

/** How many requests were served in all: on each connection one was under way in the end, and nobody waited for it. */
export async function servedUntilQuiet(
  subject: Subject,
  { connections }: LoadPlan,
  { answers }: LoadResult,
): Promise<number> {
  await untilQuiet(subject);
  return answers + connections;
}

async function untilQuiet(subject: Subject): Promise<void> {
  const deadlineMs = performance.now() + QUIET_WITHIN_MS;
  const usedUs = async () => {
    const { server, postgres, pooler } = await used(subject);
    return server + postgres + pooler;
  };
  for (let last = await usedUs(); performance.now() < deadlineMs;) {
    await pause(QUIET_MS);
    const now = await usedUs();
    if (!(now - last > QUIET_US)) return;
    last = now;
  }
}
