import { ProblemError } from './problem.js';

/** What a user is told whose account was deleted while their token was still believed. */
export function accountGone(): ProblemError {
  return new ProblemError('invalid_token', 'The account is gone.', {
    headers: { 'WWW-Authenticate': 'Bearer error="invalid_token"' },
  });
}
