import cluster from 'node:cluster';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { type Logger } from 'pino';
import { type Settings } from './config/settings.js';

const RESTART_PAUSE_MS = 1000;

/**
 * Runs `WEB_CONCURRENCY` copies of this program behind one port and replaces each that dies. SIGTERM and SIGINT stop
 * them all, each in order, and then release what they share.
 */
export function superviseWorkers(
  settings: Settings,
  release: () => Promise<void>,
  log: Logger,
): void {
  const { DATABASE_URL, DATABASE_DIRECT_URL, SECRET_KEY } = settings;
  let stopping = false;
  const start = () => cluster.fork({ DATABASE_URL, DATABASE_DIRECT_URL, SECRET_KEY });
  for (let count = 0; count < settings.WEB_CONCURRENCY; count++) start();

  cluster.on('exit', (worker, code, signal) => {
    if (stopping) return;
    log.error({ msg: 'worker died', pid: worker.process.pid, code, signal });
    void delay(RESTART_PAUSE_MS).then(() => {
      if (!stopping) start();
    });
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (stopping) return;
      stopping = true;
      void stopWorkers()
        .then(release)
        .then(() => process.exit(0));
    });
  }
}

async function stopWorkers(): Promise<void> {
  const workers = Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
  await Promise.all(
    workers.map(async (worker) => {
      worker.process.kill('SIGTERM');
      if (!worker.isDead()) await once(worker, 'exit');
    }),
  );
}
