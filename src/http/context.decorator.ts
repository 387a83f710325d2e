import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { type RequestContext } from './request-context.js';

/** The `RequestContext` of the request that the handler serves. */
export const Context = createParamDecorator((_: unknown, execution: ExecutionContext) =>
  contextOf(execution),
);

export function contextOf(execution: ExecutionContext): RequestContext {
  return execution.switchToHttp().getRequest<FastifyRequest>().context;
}
