import 'reflect-metadata';
import cluster from 'node:cluster';
import { createApp } from './app.js';
import { bootstrap } from './bootstrap.js';
import { loadEnvironment } from './config/load-environment.js';
import { type Settings } from './config/settings.js';
import { Connector } from './database/connector.js';
import { createLogger } from './http/logger.js';
import { Shutdown } from './shutdown.js';
import { reportReady, superviseWorkers } from './workers.js';

const environment = loadEnvironment();
const log = createLogger(environment.LOG_LEVEL);
const shutdown = new Shutdown(log);
try {
  const { settings, release } = await bootstrap(environment, logged, shutdown.signal);
  shutdown.add(release);
  if (settings.WEB_CONCURRENCY > 1 && cluster.isPrimary) superviseWorkers(settings, shutdown, log);
  else await serve(settings);
} catch (error) {
  const isStopped = shutdown.signal.aborted;
  if (!isStopped) log.fatal({ msg: 'cannot start', err: error });
  await shutdown.stop(isStopped ? 0 : 1);
}

function logged(msg: string, details?: object): void {
  log.info({ ...details, msg });
}

async function serve(settings: Settings): Promise<void> {
  const app = await createApp(settings, log);
  shutdown.add(() => app.close());
  shutdown.signal.throwIfAborted();
  shutdown.started();
  await app.listen(settings.PORT, settings.HOST);
  const url = await app.getUrl();
  log.info({ msg: 'listening', url, docs: `${url}/api/docs` });
  app.get(Connector).connected.then(reportReady, () => shutdown.stop(1));
}
