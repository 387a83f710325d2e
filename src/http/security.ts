import { IncomingMessage, type OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import cors, { type FastifyCorsOptions } from '@fastify/cors';
import helmet, { type FastifyHelmetOptions } from '@fastify/helmet';
import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { fastify, type FastifyRequest } from 'fastify';
import { type Settings } from '../config/settings.js';
import { isPreflight } from './preflight.js';

const ONE_YEAR_SECONDS = 31_536_000;
const PREFLIGHT_LIFETIME_SECONDS = 7200;

/** JSON is no page: nothing may load from it, run in it or frame it. Pages bring a policy of their own. */
const HEADERS: FastifyHelmetOptions = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
  },
  frameguard: { action: 'deny' },
  strictTransportSecurity: { maxAge: ONE_YEAR_SECONDS, includeSubDomains: false },
};

const CORS: FastifyCorsOptions = {
  methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
  allowedHeaders: [
    'Authorization',
    'Content-Type',
    'Idempotency-Key',
    'If-Match',
    'If-None-Match',
    'Traceparent',
    'X-Request-Id',
  ],
  exposedHeaders: ['ETag', 'Idempotent-Replayed', 'Location', 'Retry-After', 'X-Request-Id'],
  maxAge: PREFLIGHT_LIFETIME_SECONDS,
  credentials: false,
  strictPreflight: false,
};

/** Security headers on every answer, and CORS for the origins of `CORS_ORIGINS`, if there are any. */
export async function secure(
  app: NestFastifyApplication,
  { CORS_ORIGINS }: Pick<Settings, 'CORS_ORIGINS'>,
): Promise<void> {
  const headers = await securityHeaders();
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', (_request, reply, done) => {
      reply.headers(headers);
      done();
    });
  if (CORS_ORIGINS.length === 0) return;
  await app.register(cors, {
    delegator: (
      request: FastifyRequest,
      answer: (error: null, options: FastifyCorsOptions) => void,
    ) => {
      answer(null, { ...CORS, origin: CORS_ORIGINS, preflight: isPreflight(request) });
    },
  });
}

/** What helmet sets, found out once: it would work out the same again for every request. */
async function securityHeaders(): Promise<OutgoingHttpHeaders> {
  const probe = fastify();
  await probe.register(helmet, HEADERS);
  const headers = new Promise<OutgoingHttpHeaders>((resolve) => {
    probe.addHook('onSend', (_request, reply, _payload, done) => {
      resolve({ ...reply.raw.getHeaders() });
      done();
    });
  });
  await probe.ready();
  const request = Object.assign(new IncomingMessage(new Socket()), { method: 'GET', url: '/' });
  probe.routing(request, new ServerResponse(request));
  return headers;
}
