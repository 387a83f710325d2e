import 'reflect-metadata';
import cluster from 'node:cluster';
import { type Logger } from 'pino';
import { createApp } from './app.js';
import { bootstrap } from './bootstrap.js';
import { loadEnvironment } from './config/load-environment.js';
import { type Settings } from './config/settings.js';
import { Connector } from './database/connector.js';
import { createLogger } from './http/logger.js';
import { stopOnSignals } from './shutdown.js';
import { superviseWorkers } from './workers.js';

const environment = loadEnvironment();
const log = createLogger(environment.LOG_LEVEL);
try {
  const { settings, release } = await bootstrap(environment, (msg, details) => {
    log.info({ ...details, msg });
  });
  if (settings.WEB_CONCURRENCY > 1 && cluster.isPrimary) superviseWorkers(settings, release, log);
  else await serve(settings, release, log);
} catch (error) {
  log.fatal({ msg: 'cannot start', err: error });
  process.exitCode = 1;
}

async function serve(settings: Settings, release: () => Promise<void>, log: Logger): Promise<void> {
  const app = await createApp(settings, log);
  const stop = stopOnSignals(app, release, log);
  await app.listen(settings.PORT, settings.HOST);
  const url = await app.getUrl();
  log.info({ msg: 'listening', url, docs: `${url}/api/docs` });
  app.get(Connector).connected.catch(() => stop(1));
}
