import cors, { type FastifyCorsOptions } from '@fastify/cors';
import helmet, { type FastifyHelmetOptions } from '@fastify/helmet';
import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { type FastifyRequest } from 'fastify';
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
  await app.register(helmet, HEADERS);
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
