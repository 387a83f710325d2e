import { type Socket } from 'node:net';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { AppModule } from './app.module.js';
import { type Logger } from 'pino';
import { type Settings } from './config/settings.js';
import { EarlyRefusals } from './http/early-refusals.js';
import { createLogger, PinoLogger } from './http/logger.js';
import { measurePressure } from './http/pressure.js';
import { RequestContext } from './http/request-context.js';
import { secure } from './http/security.js';

/** What Node takes of a head, so that the application can say itself that it is too large. */
const MIN_HEAD_BYTES = 64 * 1024;
const MAX_CONNECTIONS_CHECK_MS = 2000;
const MAX_PATH_PARAMETER = 200;

/** The application as it runs in production; tests use the same. It does not listen yet. */
export async function createApp(
  settings: Settings,
  log: Logger = createLogger(settings.LOG_LEVEL),
): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    ...limits(settings),
    genReqId: () => RequestContext.newId(),
    requestIdHeader: false,
    trustProxy: settings.TRUST_PROXY.length > 0 ? settings.TRUST_PROXY : false,
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => {
      void app.get(EarlyRefusals).refuseMalformed(error, request, reply);
    },
    clientErrorHandler: (error: Error, socket: Socket) => {
      void app.get(EarlyRefusals).refuseUnparsed(error, socket);
    },
  });
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.with(settings, log),
    adapter,
    {
      bodyParser: false,
      abortOnError: false,
      logger: new PinoLogger(log),
    },
  );
  await measurePressure(app, settings);
  await secure(app, settings);
  app.get(EarlyRefusals).watch(app.getHttpServer());
  return app;
}

function limits(settings: Settings) {
  const { MAX_BODY_BYTES, MAX_HEADERS_BYTES, MAX_URL_BYTES } = settings;
  const { HEADERS_TIMEOUT_MS, REQUEST_TIMEOUT_MS, KEEP_ALIVE_TIMEOUT_MS } = settings;
  const headersTimeout = Math.min(HEADERS_TIMEOUT_MS, REQUEST_TIMEOUT_MS);
  return {
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    routerOptions: { maxParamLength: MAX_PATH_PARAMETER },
    http: {
      connectionsCheckingInterval: Math.min(MAX_CONNECTIONS_CHECK_MS, headersTimeout),
      headersTimeout,
      maxHeaderSize: Math.max(MIN_HEAD_BYTES, 2 * (MAX_URL_BYTES + MAX_HEADERS_BYTES)),
      requireHostHeader: false,
    },
  };
}
