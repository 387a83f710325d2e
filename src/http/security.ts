import cors, { type FastifyCorsOptions } from '@fastify/cors';
import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { type FastifyInstance, type FastifyRequest } from 'fastify';
import { type Settings } from '../config/settings.js';
import { isPreflight } from './preflight.js';
import { SECURITY_HEADERS } from './security-headers.js';

const PREFLIGHT_LIFETIME_SECONDS = 7200;

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
  exposedHeaders: [
    'ETag',
    'Idempotent-Replayed',
    'Location',
    'RateLimit-Limit',
    'RateLimit-Remaining',
    'RateLimit-Reset',
    'Retry-After',
    'X-Request-Id',
  ],
  maxAge: PREFLIGHT_LIFETIME_SECONDS,
  credentials: false,
  strictPreflight: false,
};

/** Security headers on every answer, and CORS for the origins of `CORS_ORIGINS`, if there are any. */
export async function secure(
  app: NestFastifyApplication,
  { CORS_ORIGINS }: Pick<Settings, 'CORS_ORIGINS'>,
): Promise<void> {
  const headers = app.get<Record<string, string>>(SECURITY_HEADERS);
  const instance: FastifyInstance = app.getHttpAdapter().getInstance();
  instance.addHook('onRequest', (_request, reply, done) => {
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
