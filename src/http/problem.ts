/** Every `code` the API answers with: its HTTP status and its title. `docs/errors.md` explains each. */
export const PROBLEMS = {
  validation_failed: [400, 'The request is not valid'],
  malformed_json: [400, 'The body is not valid JSON'],
  malformed_request: [400, 'The request is not valid HTTP'],
  invalid_cursor: [400, 'The cursor does not belong to this list'],
  unauthorized: [401, 'Sign in first'],
  invalid_token: [401, 'The token is not valid'],
  invalid_credentials: [401, 'E-mail or password is wrong'],
  insufficient_scope: [403, 'The key does not allow this'],
  task_not_found: [404, 'There is no such task'],
  session_not_found: [404, 'There is no such session'],
  api_key_not_found: [404, 'There is no such API key'],
  route_not_found: [404, 'There is no such route'],
  method_not_allowed: [405, 'The route does not take this method'],
  request_timeout: [408, 'The request took too long to arrive'],
  email_taken: [409, 'The e-mail address is taken'],
  task_completed: [409, 'The task is completed'],
  idempotency_conflict: [409, 'The first request with this key is still running'],
  conflict: [409, 'The change conflicts with another'],
  version_mismatch: [412, 'The task has changed'],
  payload_too_large: [413, 'The body is too large'],
  uri_too_long: [414, 'The address is too long'],
  unsupported_media_type: [415, 'Only JSON is accepted'],
  idempotency_mismatch: [422, 'The key was used for another request'],
  rate_limited: [429, 'Too many requests'],
  headers_too_large: [431, 'The headers are too large'],
  internal_error: [500, 'Something went wrong'],
  audit_unavailable: [503, 'The request could not be recorded'],
  database_unavailable: [503, 'The database is unavailable'],
  db_timeout: [503, 'The database took too long'],
  identity_provider_unavailable: [503, 'The identity provider does not answer'],
  outcome_unknown: [503, 'It is unknown whether the change was stored'],
  overloaded: [503, 'Too much to do'],
  pool_exhausted: [503, 'All database connections are busy'],
  storage_full: [503, 'The database has no room left'],
} as const satisfies Record<string, readonly [status: number, title: string]>;

export type ProblemCode = keyof typeof PROBLEMS;

export interface FieldProblem {
  /** Dotted, such as `tags.3`. */
  path: string;
  message: string;
}

/** An error that the client is told as it is. */
export class ProblemError extends Error {
  readonly errors: FieldProblem[] | undefined;
  readonly headers: Record<string, string>;

  constructor(
    readonly code: ProblemCode,
    detail: string,
    options: { errors?: FieldProblem[]; headers?: Record<string, string>; cause?: unknown } = {},
  ) {
    super(detail, { cause: options.cause });
    this.errors = options.errors;
    this.headers = options.headers ?? {};
  }
}

/** A 400 about one field. */
export function invalidField(path: string, message: string): ProblemError {
  return new ProblemError('validation_failed', message, { errors: [{ path, message }] });
}

/** The error as the record keeps it; the detail of a validation may repeat what the client sent. */
export function recordedMessage({ code, message }: ProblemError): string {
  return code === 'validation_failed' ? code : `${code}: ${message}`;
}

/** The body of an error response (RFC 9457). */
export interface ProblemDetails {
  type: string;
  title: string;
  status: number;
  detail: string;
  instance: string;
  code: ProblemCode;
  requestId: string;
  errors?: FieldProblem[];
}

export function problemDetails(error: ProblemError, requestId: string): ProblemDetails {
  const [status, title] = PROBLEMS[error.code];
  return {
    type: `/api/docs/errors#${error.code}`,
    title,
    status,
    detail: error.message,
    instance: `urn:uuid:${requestId}`,
    code: error.code,
    requestId,
    ...(error.errors && { errors: error.errors }),
  };
}
