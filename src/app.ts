import { type Socket } from 'node:net';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { AppModule } from './app.module.js';
import { type Logger } from 'pino';
import { type Settings } from './config/settings.js';
import { Lifecycle } from './http/lifecycle.js';
import { createLogger, PinoLogger } from './http/logger.js';
import { measurePressure } from './http/pressure.js';
import { RequestContext } from './http/request-context.js';
import { secure } from './http/security.js';

const BODY_LIMIT_BYTES = 64 * 1024;
const HEADER_LIMIT_BYTES = 64 * 1024;
const REQUEST_TIMEOUT_MS = 30_000;
const HEADERS_TIMEOUT_MS = 10_000;
const CONNECTIONS_CHECK_MS = 2000;
const MAX_PATH_PARAMETER = 200;

/** The application as it runs in production; tests use the same. It does not listen yet. */
export async function createApp(
  settings: Settings,
  log: Logger = createLogger(settings.LOG_LEVEL),
): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    genReqId: () => RequestContext.newId(),
    requestIdHeader: false,
    trustProxy: settings.TRUST_PROXY.length > 0 ? settings.TRUST_PROXY : false,
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: MAX_PATH_PARAMETER },
    http: {
      connectionsCheckingInterval: CONNECTIONS_CHECK_MS,
      headersTimeout: HEADERS_TIMEOUT_MS,
      maxHeaderSize: HEADER_LIMIT_BYTES,
    },
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => {
      void app.get(Lifecycle).refuseMalformed(error, request, reply);
    },
    clientErrorHandler: (error: Error, socket: Socket) => {
      void app.get(Lifecycle).refuseUnparsed(error, socket);
    },
  });
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.with(settings), adapter, {
    bodyParser: false,
    abortOnError: false,
    logger: new PinoLogger(log),
  });
  await measurePressure(app, settings);
  await secure(app, settings);
  return app;
}
