import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { type Logger } from 'pino';
import { type Settings } from './config/settings.js';
import { type Shutdown } from './shutdown.js';

const RESTART_PAUSE_MS = 1000;
const READY = 'ready';

/** Tells the primary process, if there is one, that this worker has its database. */
export function reportReady(): void {
  cluster.worker?.send(READY);
}

/**
 * Runs `WEB_CONCURRENCY` copies of this program behind one port and replaces each that dies. When one ends by itself
 * before any was ever ready, none will be: all are stopped, with its exit code. SIGTERM and SIGINT stop them all, each in
 * order, before what they share.
 */
export function superviseWorkers(settings: Settings, shutdown: Shutdown, log: Logger): void {
  const { DATABASE_URL, DATABASE_DIRECT_URL, SECRET_KEY } = settings;
  let isStopping = false;
  let wasReady = false;
  const start = () => cluster.fork({ DATABASE_URL, DATABASE_DIRECT_URL, SECRET_KEY });

  cluster.on('message', (_, message) => {
    wasReady ||= message === READY;
  });
  cluster.on('exit', (worker, code: number | null, signal: string | null) => {
    if (isStopping) return;
    log.error({ msg: 'worker died', pid: worker.process.pid, code, signal });
    if (!wasReady && code !== null) {
      log.fatal({ msg: 'workers cannot start', code });
      void shutdown.stop(code);
      return;
    }
    void delay(RESTART_PAUSE_MS).then(() => {
      if (!isStopping) start();
    });
  });
  shutdown.add(() => {
    isStopping = true;
    return stopWorkers();
  });
  shutdown.signal.throwIfAborted();
  shutdown.started();
  for (let count = 0; count < settings.WEB_CONCURRENCY; count++) start();
}

async function stopWorkers(): Promise<void> {
  const workers = Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
  await Promise.all(workers.map(stopWorker));
}

async function stopWorker(worker: Worker): Promise<void> {
  const ended = once(worker, 'exit');
  worker.process.kill('SIGTERM');
  if (!worker.isDead()) await ended;
}
