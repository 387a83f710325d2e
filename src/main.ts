import './young-generation.js';
import 'reflect-metadata';
import cluster from 'node:cluster';
import { bootstrap } from './bootstrap.js';
import { loadEnvironment } from './config/load-environment.js';
import { createLogger } from './http/logger.js';
import { Shutdown } from './shutdown.js';
import { Workers } from './workers.js';

const environment = loadEnvironment();
const log = createLogger(environment.LOG_LEVEL);
const shutdown = new Shutdown(log);
// A process that only supervises needs nothing of the application; to others it is loaded while PostgreSQL starts.
const isSupervisor = environment.WEB_CONCURRENCY > 1 && cluster.isPrimary;
const application = isSupervisor ? null : import('./serve.js');
try {
  const { settings, release } = await bootstrap(environment, logged, shutdown.signal);
  shutdown.add(release);
  if (application === null) new Workers(settings, shutdown, log).supervise();
  else await (await application).serve(settings, shutdown, log);
} catch (error) {
  const isStopped = shutdown.signal.aborted;
  if (!isStopped) log.fatal({ msg: 'cannot start', err: error });
  await shutdown.stop(isStopped ? 0 : 1);
}

function logged(msg: string, details?: object): void {
  log.info({ ...details, msg });
}
