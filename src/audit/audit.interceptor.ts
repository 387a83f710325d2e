import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common';
import { type FastifyReply } from 'fastify';
import { finalize, type Observable } from 'rxjs';
import { contextOf } from '../http/context.decorator.js';

/**
 * Times every handler, and notes before it runs which status its success will have: a change is recorded in its own
 * transaction, before there is an answer.
 */
@Injectable()
export class AuditInterceptor implements NestInterceptor {
  intercept(execution: ExecutionContext, next: CallHandler): Observable<unknown> {
    const context = contextOf(execution);
    context.successStatus = execution.switchToHttp().getResponse<FastifyReply>().statusCode;
    return next.handle().pipe(
      finalize(() => {
        context.stopClock();
      }),
    );
  }
}
