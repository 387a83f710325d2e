import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { contextOf } from '../http/context.decorator.js';
import { type RequestKey, requestKey } from '../http/idempotency-key.js';
import { acceptedVersions, type AcceptedVersions, parseIfMatch } from '../http/if-match.js';
import { type RequestContext } from '../http/request-context.js';
import { type ExpectedVersionDto } from './dto/expected-version.dto.js';
import { type TaskActionDto } from './dto/task-action.dto.js';
import { requireTaskRef, type TaskRef } from './task-ref.js';

/** What a request says, beside its body, of the change it asks for. */
export interface ChangeRequest {
  context: RequestContext;
  ref: TaskRef;
  ifMatch: AcceptedVersions;
}

/** What a change of one task is asked for: by whom, which task, from which versions. */
export interface TaskChange {
  context: RequestContext;
  ref: TaskRef;
  versions: AcceptedVersions;
  /** Null when it is not known again if it is sent again. */
  key: RequestKey | null;
}

/** The `ChangeRequest` of a route with `:ref`. What can name no task is answered like a task that does not exist. */
export const AskedChange = createParamDecorator(
  (_: unknown, execution: ExecutionContext): ChangeRequest => {
    const { params, headers } = execution.switchToHttp().getRequest<FastifyRequest>();
    return {
      context: contextOf(execution),
      ref: requireTaskRef((params as { ref: string }).ref),
      ifMatch: parseIfMatch(headers['if-match']),
    };
  },
);

/** A change that is done each time it is asked for. */
export function taskChange(
  { context, ref, ifMatch }: ChangeRequest,
  { expectedVersion }: ExpectedVersionDto,
): TaskChange {
  return { context, ref, versions: acceptedVersions(ifMatch, expectedVersion), key: null };
}

/**
 * A change that is done once for its key, if it has one.
 *
 * @param idempotencyKey the header
 * @throws ProblemError `validation_failed` when header and body name different keys
 */
export function taskAction(
  asked: ChangeRequest,
  body: TaskActionDto,
  idempotencyKey: string | null,
): TaskChange {
  return {
    ...taskChange(asked, body),
    key: requestKey(idempotencyKey, body, asked.ref.value),
  };
}
