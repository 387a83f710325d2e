import cluster, { type Worker } from 'node:cluster';
import { type Logger } from 'pino';
import { createApp } from './app.js';
import { type Settings } from './config/settings.js';
import { Connector } from './database/connector.js';
import { drain } from './drain.js';
import { GatheredMetrics } from './gathered-metrics.js';
import { Metrics } from './http/metrics.js';
import { type Shutdown } from './shutdown.js';
import { onRetirement, reportReady } from './worker-messages.js';
import { letYoungGenerationGrow } from './young-generation.js';

/** Answers requests in this process until it is told to stop. */
export async function serve(settings: Settings, shutdown: Shutdown, log: Logger): Promise<void> {
  const app = await createApp(settings, log);
  shutdown.add(() => app.close());
  shutdown.signal.throwIfAborted();
  shutdown.started();
  if (cluster.worker) gatherMetrics(app.get(Metrics), cluster.worker);
  await app.listen(settings.PORT, settings.HOST);
  const url = await app.getUrl();
  log.info({ msg: 'listening', url, docs: `${url}/api/docs` });
  onRetirement(() => {
    shutdown.add(() => drain(app.getHttpServer()));
    void shutdown.stop(0);
  });
  app.get(Connector).connected.then(
    () => {
      letYoungGenerationGrow();
      reportReady();
    },
    () => shutdown.stop(1),
  );
}

function gatherMetrics(metrics: Metrics, self: Worker): void {
  const gathered = new GatheredMetrics(metrics.registry, self);
  metrics.exposeBy(() => gathered.text());
}
