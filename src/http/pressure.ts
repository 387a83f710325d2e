import underPressure from '@fastify/under-pressure';
import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { type FastifyInstance } from 'fastify';
import { type Settings } from '../config/settings.js';
import { ProblemError } from './problem.js';
import { type RequestContext } from './request-context.js';

const RETRY_AFTER_SECONDS = '1';

/** Measures, every second, how far the event loop falls behind its timers. */
export async function measurePressure(
  app: NestFastifyApplication,
  { EVENT_LOOP_LIMIT_MS }: Pick<Settings, 'EVENT_LOOP_LIMIT_MS'>,
): Promise<void> {
  await app.register(underPressure, {
    maxEventLoopDelay: EVENT_LOOP_LIMIT_MS,
    // The request has no context yet: it is refused a little later, by `pressureRefusal`.
    pressureHandler: () => undefined,
  });
}

/** Why a request had better not begin: the event loop is behind by more than `EVENT_LOOP_LIMIT_MS`. */
export function pressureRefusal(
  instance: FastifyInstance,
  { operation }: RequestContext,
): ProblemError | undefined {
  if (!instance.isUnderPressure() || operation?.isRecorded === false) return undefined;
  return new ProblemError('overloaded', 'The service is too busy. Try again in a moment.', {
    headers: { 'Retry-After': RETRY_AFTER_SECONDS },
  });
}
