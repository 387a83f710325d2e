import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { type Logger } from 'pino';
import { RateLimiterClusterMaster } from 'rate-limiter-flexible';
import { type Settings } from './config/settings.js';
import { relayMetrics } from './gathered-metrics.js';
import { type Shutdown } from './shutdown.js';
import { isReady, retire } from './worker-messages.js';

const RESTART_PAUSE_MS = 1000;
const READY_WITHIN_MS = 60_000;

/**
 * Runs `WEB_CONCURRENCY` copies of this program behind one port and replaces each that dies. When one ends by itself
 * before any was ever ready, none will be: all are stopped, with its exit code. SIGTERM and SIGINT stop them all, each in
 * order, before what they share. SIGHUP replaces them one by one, so that no request is refused.
 */
export class Workers {
  private isStopping = false;
  private wasReady = false;
  /** Those that nobody replaces when they end: on trial, or on their way out. */
  private readonly passing = new Set<Worker>();
  private replacing: Promise<void> = Promise.resolve();

  constructor(
    private readonly settings: Settings,
    private readonly shutdown: Shutdown,
    private readonly log: Logger,
  ) {}

  supervise(): void {
    relayMetrics();
    // Counts for the limits that the workers share.
    new RateLimiterClusterMaster();
    cluster.on('message', (_, message) => {
      this.wasReady ||= isReady(message);
    });
    cluster.on('exit', (worker, code: number | null, signal: string | null) => {
      this.afterExit(worker, code, signal);
    });
    process.on('SIGHUP', () => {
      this.replacing = this.replacing.then(() => this.replaceAll());
    });
    this.shutdown.add(() => {
      this.isStopping = true;
      return stopWorkers();
    });
    this.shutdown.signal.throwIfAborted();
    this.shutdown.started();
    this.fill();
  }

  private start(): Worker {
    const { DATABASE_URL, DATABASE_DIRECT_URL, SECRET_KEY } = this.settings;
    const worker = cluster.fork({ DATABASE_URL, DATABASE_DIRECT_URL, SECRET_KEY });
    // Such as an answer to one that has just died; without a listener it would end this process as well.
    worker.on('error', (error) => {
      this.log.warn({ msg: 'worker cannot be told', pid: worker.process.pid, err: error });
    });
    return worker;
  }

  private lasting(): Worker[] {
    return living().filter((worker) => !this.passing.has(worker));
  }

  private fill(): void {
    while (!this.isStopping && this.lasting().length < this.settings.WEB_CONCURRENCY) this.start();
  }

  private afterExit(worker: Worker, code: number | null, signal: string | null): void {
    if (this.isStopping || this.passing.delete(worker)) return;
    this.log.error({ msg: 'worker died', pid: worker.process.pid, code, signal });
    if (!this.wasReady && code !== null) {
      this.log.fatal({ msg: 'workers cannot start', code });
      void this.shutdown.stop(code);
      return;
    }
    void delay(RESTART_PAUSE_MS).then(() => {
      this.fill();
    });
  }

  private async replaceAll(): Promise<void> {
    this.log.info('replacing workers');
    for (const worker of this.lasting()) {
      if (this.isStopping) return;
      const successor = this.start();
      this.passing.add(successor);
      if (!(await becomesReady(successor))) {
        this.log.error('a new worker did not get ready: the others stay');
        successor.process.kill('SIGTERM');
        return;
      }
      this.passing.delete(successor);
      await this.retire(worker);
    }
    this.log.info('workers replaced');
  }

  private async retire(worker: Worker): Promise<void> {
    if (worker.isDead()) return;
    this.passing.add(worker);
    const ended = once(worker, 'exit');
    retire(worker);
    await ended;
  }
}

function living(): Worker[] {
  const workers = Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
  return workers.filter((worker) => !worker.isDead());
}

/** Whether it says so in time, and does not end instead. */
async function becomesReady(worker: Worker): Promise<boolean> {
  const given = new AbortController();
  const { signal } = given;
  try {
    return await Promise.race([
      readiness(worker),
      once(worker, 'exit', { signal }).then(() => false),
      delay(READY_WITHIN_MS, false, { signal }),
    ]);
  } finally {
    given.abort();
  }
}

function readiness(worker: Worker): Promise<true> {
  return new Promise((resolve) => {
    worker.on('message', (message) => {
      if (isReady(message)) resolve(true);
    });
  });
}

async function stopWorkers(): Promise<void> {
  await Promise.all(living().map(stopWorker));
}

async function stopWorker(worker: Worker): Promise<void> {
  const ended = once(worker, 'exit');
  worker.process.kill('SIGTERM');
  await ended;
}
