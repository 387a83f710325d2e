import 'reflect-metadata';
import { createApp } from './app.js';
import { bootstrap } from './bootstrap.js';
import { loadEnvironment } from './config/load-environment.js';
import { Connector } from './database/connector.js';
import { createLogger } from './http/logger.js';
import { stopOnSignals } from './shutdown.js';

const environment = loadEnvironment();
const log = createLogger(environment.LOG_LEVEL);
try {
  const { settings, release } = await bootstrap(environment, (msg, details) => {
    log.info({ ...details, msg });
  });
  const app = await createApp(settings);
  const stop = stopOnSignals(app, release, log);
  await app.listen(settings.PORT, settings.HOST);
  log.info({ msg: 'listening', url: await app.getUrl(), docs: `${await app.getUrl()}/api/docs` });
  app.get(Connector).connected.catch(async (error: unknown) => {
    log.fatal({ msg: 'giving up on the database', err: error });
    await stop(1);
  });
} catch (error) {
  log.fatal({ msg: 'cannot start', err: error });
  process.exitCode = 1;
}
