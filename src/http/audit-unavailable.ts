import { ProblemError } from './problem.js';

/** What is answered in place of what cannot be recorded. */
export function auditUnavailable(
  cause?: unknown,
  detail: string = 'The request could not be recorded.',
): ProblemError {
  return new ProblemError('audit_unavailable', detail, { cause, headers: { 'Retry-After': '1' } });
}
