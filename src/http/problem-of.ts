import { HttpException } from '@nestjs/common';
import { type ProblemCode, ProblemError, PROBLEMS } from './problem.js';

const DETAILS: Partial<Record<ProblemCode, string>> = {
  audit_unavailable: 'The request could not be recorded, so nothing was done. Try again later.',
  database_unavailable: 'Nothing was changed. Try again in a moment.',
  pool_exhausted: 'Nothing was changed. Try again in a moment.',
  db_timeout: 'Nothing was changed. Try again in a moment.',
  outcome_unknown: 'Look before you repeat it, or repeat it with the same Idempotency-Key.',
  storage_full: 'Nothing was changed. Try again once there is room.',
};

const FASTIFY_ERRORS: Record<string, [ProblemCode, string]> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ['payload_too_large', 'The body is larger than bodies may be.'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['unsupported_media_type', 'Send application/json.'],
  FST_ERR_CTP_INVALID_JSON_BODY: ['malformed_json', 'The body could not be parsed.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['malformed_request', 'Content-Length is wrong.'],
  ECONNRESET: ['malformed_request', 'The connection was cut off before the end of the body.'],
  FST_ERR_BAD_URL: ['malformed_request', 'The path is not correctly percent-encoded.'],
  FST_ERR_MAX_PARAM_LENGTH: ['uri_too_long', 'A part of the path is too long.'],
};

const UNIQUE_OR_FOREIGN_KEY = /^23(505|503|P01)$/;
const TRANSIENT = /^40(001|P01)$/;
const BAD_VALUE = /^(22...|23514|23502)$/;
const NO_ROOM = '53100';

/** What the client is told of any error. What has no meaning for a client is `internal_error`, with no detail. */
export function problemOf(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  const cause = { cause: error };
  const code = codeOf(error) ?? codeOf((error as { cause?: unknown } | null)?.cause) ?? '';
  return (
    problemOfKnownCode(code, cause) ??
    problemOfSqlState(code, cause) ??
    problemOfStatus(error, cause)
  );
}

/** Whether PostgreSQL refused a value that validation should have refused before. */
export function isValidationLeak(error: unknown): boolean {
  return BAD_VALUE.test(codeOf(error) ?? '');
}

function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}

function problemOfKnownCode(code: string, cause: { cause: unknown }): ProblemError | null {
  const fastify = FASTIFY_ERRORS[code];
  if (fastify) return new ProblemError(...fastify, cause);
  if (!(code in PROBLEMS)) return null;
  const known = code as ProblemCode;
  const [status, title] = PROBLEMS[known];
  const headers = status === 503 ? { 'Retry-After': '1' } : {};
  return new ProblemError(known, DETAILS[known] ?? `${title}.`, { ...cause, headers });
}

function problemOfSqlState(code: string, cause: { cause: unknown }): ProblemError | null {
  if (UNIQUE_OR_FOREIGN_KEY.test(code) || TRANSIENT.test(code)) {
    return new ProblemError('conflict', 'Another change came first. Nothing was changed.', cause);
  }
  if (BAD_VALUE.test(code)) {
    return new ProblemError('validation_failed', 'A value is out of its bounds.', cause);
  }
  if (code === NO_ROOM) {
    return new ProblemError('storage_full', DETAILS.storage_full ?? '', cause);
  }
  return null;
}

function problemOfStatus(error: unknown, cause: { cause: unknown }): ProblemError {
  const status = error instanceof HttpException ? error.getStatus() : 500;
  if (status === 404) return new ProblemError('route_not_found', 'There is nothing here.', cause);
  if (status >= 400 && status < 500) {
    return new ProblemError('malformed_request', 'The request could not be read.', cause);
  }
  return new ProblemError('internal_error', 'The failure was logged.', cause);
}
