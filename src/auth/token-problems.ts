import { ProblemError } from '../http/problem.js';
import { type ScopeName } from '../http/scope.decorator.js';

const CHALLENGE = 'Bearer realm="mindflow"';

/** Nothing that identifies anybody was sent (RFC 6750, section 3). */
export function missingToken(): ProblemError {
  return new ProblemError('unauthorized', 'Send an access token: Authorization: Bearer <token>.', {
    headers: { 'WWW-Authenticate': CHALLENGE },
  });
}

/** A token that is forged, expired, revoked, or that of an account which may not sign in. */
export function invalidToken(cause?: unknown): ProblemError {
  return new ProblemError(
    'invalid_token',
    'The token is wrong, expired or revoked. Sign in again.',
    {
      headers: { 'WWW-Authenticate': `${CHALLENGE}, error="invalid_token"` },
      cause,
    },
  );
}

/**
 * An API key that was not made for the operation (RFC 6750, section 3.1).
 *
 * @param scope null when no key is
 */
export function insufficientScope(scope: ScopeName | null): ProblemError {
  const missing = scope === null ? '' : `, scope="${scope}"`;
  return new ProblemError(
    'insufficient_scope',
    scope === null ? 'No API key may do this. Sign in.' : `The key needs the scope ${scope}.`,
    { headers: { 'WWW-Authenticate': `${CHALLENGE}, error="insufficient_scope"${missing}` } },
  );
}

/** A valid token that is older than what is asked for allows (RFC 9470). */
export function staleToken(maxAgeSeconds: number): ProblemError {
  const maxAge = String(maxAgeSeconds);
  return new ProblemError(
    'invalid_token',
    `Sign in again: a token of the last ${maxAge} s is needed.`,
    {
      headers: {
        'WWW-Authenticate': `${CHALLENGE}, error="insufficient_user_authentication", max_age="${maxAge}"`,
      },
    },
  );
}

/** The same for every reason, so that nobody learns who has an account. */
export function invalidCredentials(): ProblemError {
  return new ProblemError('invalid_credentials', 'The e-mail address or the password is wrong.', {
    headers: { 'WWW-Authenticate': CHALLENGE },
  });
}
