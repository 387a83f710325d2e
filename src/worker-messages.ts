import cluster, { type Worker } from 'node:cluster';

const READY = 'ready';
const RETIRE = 'retire';

/** Tells the primary process, if there is one, that this worker listens and has its database. */
export function reportReady(): void {
  cluster.worker?.send(READY);
}

export function isReady(message: unknown): boolean {
  return message === READY;
}

/** Asks a worker to end without refusing anyone. */
export function retire(worker: Worker): void {
  worker.send(RETIRE);
}

/** Calls `end` when the primary process, if there is one, asks this worker to retire. */
export function onRetirement(end: () => void): void {
  if (!cluster.isWorker) return;
  process.on('message', (message) => {
    if (message === RETIRE) end();
  });
  // A terminal signals the whole group; that SIGHUP is the primary's.
  process.on('SIGHUP', () => undefined);
}
