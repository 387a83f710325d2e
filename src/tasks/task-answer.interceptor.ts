import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common';
import { type FastifyReply } from 'fastify';
import { map, type Observable } from 'rxjs';
import { entityTag } from '../http/if-match.js';

/** A body that PostgreSQL has built, sent as it is; with the version that becomes its entity tag. */
export interface TaskAnswer {
  json: string;
  version?: number;
  /** Whether it was the answer to an earlier request with the same key. */
  isReplayed?: boolean;
}

/** Sends a `TaskAnswer` with its headers. */
@Injectable()
export class TaskAnswerInterceptor implements NestInterceptor<TaskAnswer | undefined> {
  intercept(
    execution: ExecutionContext,
    next: CallHandler<TaskAnswer | undefined>,
  ): Observable<string | undefined> {
    const reply = execution.switchToHttp().getResponse<FastifyReply>();
    return next.handle().pipe(
      map((answer) => {
        if (answer === undefined) return undefined;
        reply.type('application/json; charset=utf-8');
        if (answer.version !== undefined) reply.header('ETag', entityTag(answer.version));
        if (answer.isReplayed) reply.header('Idempotent-Replayed', 'true');
        return answer.json;
      }),
    );
  }
}
