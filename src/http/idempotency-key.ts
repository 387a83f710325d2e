import { createHash } from 'node:crypto';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { invalidField } from './problem.js';

/** By what a request that is sent again is known, and what it asked for. */
export interface RequestKey {
  key: string;
  /** SHA-256 of what the request is about and of its body. */
  fingerprint: Buffer;
}

const PRINTABLE = /^[\x20-\x7e]{1,255}$/;

/** The text of `Idempotency-Key`, or null where none was sent. */
export const IdempotencyKey = createParamDecorator((_: unknown, execution: ExecutionContext) =>
  parseIdempotencyKey(
    execution.switchToHttp().getRequest<FastifyRequest>().headers['idempotency-key'],
  ),
);

/** @throws ProblemError `validation_failed` unless it has 1 to 255 printable ASCII characters */
function parseIdempotencyKey(header: string | string[] | undefined): string | null {
  if (header === undefined) return null;
  if (typeof header === 'string' && PRINTABLE.test(header)) return header;
  throw invalidField(
    'Idempotency-Key',
    'Idempotency-Key must have 1 to 255 printable ASCII characters',
  );
}

/**
 * The key of a request from its header, its body or both; null when it has none.
 *
 * @param body as it was validated: what is equal to it in meaning has the same fingerprint
 * @param subject what the request is about beside its body, such as the task that its path names
 * @throws ProblemError `validation_failed` when header and body disagree
 */
export function requestKey(
  header: string | null,
  body: { clientRequestId?: string },
  subject: string | number | null = null,
): RequestKey | null {
  const { clientRequestId, ...asked } = body;
  const key = header ?? clientRequestId;
  if (key === undefined) return null;
  if (clientRequestId !== undefined && clientRequestId !== key) {
    throw invalidField('clientRequestId', 'clientRequestId must be the same as Idempotency-Key');
  }
  const fields = Object.entries(asked).sort(([a], [b]) => (a < b ? -1 : 1));
  const fingerprint = createHash('sha256')
    .update(JSON.stringify([subject, fields]))
    .digest();
  return { key, fingerprint };
}
