import { ProblemError } from '../http/problem.js';

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

/** The same for every reason, so that nobody learns who has an account. */
export function invalidCredentials(): ProblemError {
  return new ProblemError('invalid_credentials', 'The e-mail address or the password is wrong.', {
    headers: { 'WWW-Authenticate': CHALLENGE },
  });
}
