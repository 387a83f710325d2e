import { type INestApplication } from '@nestjs/common';
import { type Logger } from 'pino';

const GRACE_MS = 9000;

/**
 * Ends the process in order on SIGTERM and SIGINT: no new connections, requests under way answered and recorded,
 * connections closed, embedded PostgreSQL last. What takes longer than nine seconds is cut off.
 *
 * @returns the same, for any other reason to stop
 */
export function stopOnSignals(
  app: INestApplication,
  release: () => Promise<void>,
  log: Logger,
): (exitCode: number) => Promise<void> {
  let stopping: Promise<void> | null = null;
  const stop = (exitCode: number): Promise<void> => {
    stopping ??= end(app, release, log).then((isClean) => process.exit(isClean ? exitCode : 1));
    return stopping;
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      log.info({ msg: 'stopping', signal });
      void stop(0);
    });
  }
  return stop;
}

async function end(
  app: INestApplication,
  release: () => Promise<void>,
  log: Logger,
): Promise<boolean> {
  const overdue = setTimeout(() => {
    log.error('stopped before everything had ended');
    process.exit(1);
  }, GRACE_MS);
  try {
    await app.close();
    await release();
    log.info('stopped');
    return true;
  } catch (error) {
    log.error({ msg: 'stopped uncleanly', err: error });
    return false;
  } finally {
    clearTimeout(overdue);
  }
}
