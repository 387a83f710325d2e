import { type JWTPayload } from 'jose';
import { isEmailAddress } from '../../http/email.js';
import { isStorable } from '../../http/json-body.js';

const MAX_NAME_LENGTH = 255;

/** The e-mail address of a new user, if their issuer has verified it (OpenID Connect's claim, or Better Auth's). */
export function verifiedEmail(payload: JWTPayload): string | null {
  const { email, email_verified: isVerified = payload['emailVerified'] } = payload;
  return isVerified === true && isEmailAddress(email) ? email : null;
}

/** The name of a new user, as far as there is room for it. */
export function fullName({ name }: JWTPayload): string {
  if (typeof name !== 'string' || !isStorable(name)) return '';
  return Array.from(name.trim()).slice(0, MAX_NAME_LENGTH).join('').trim();
}
