import { hash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { type Principal, type RequestContext } from '../http/request-context.js';
import { invalidToken } from './token-problems.js';
import { TOKEN_VERIFIERS, type TokenVerifier, type VerifiedToken } from './token-verifier.js';

/** Other instances learn of a revocation when this is over: within the promised five seconds, with room to spare. */
const REMEMBERED_MS = 4000;
const MAX_REMEMBERED = 10_000;
/** A longer token, as other identity providers issue them, is remembered by its digest. */
const MAX_VERBATIM_LENGTH = 512;

interface Admission {
  /** Null until the token has been checked. */
  verified: VerifiedToken | null;
  checked: Promise<Principal>;
  /** In the time of `performance.now()`, which no change of the clock moves. */
  validUntilMs: number;
}

/** Tells who a token belongs to. A token is checked once and then believed for a few seconds. */
@Injectable()
export class Authenticator {
  private readonly admissions = new Map<string, Admission>();

  constructor(@Inject(TOKEN_VERIFIERS) private readonly verifiers: TokenVerifier[]) {}

  /** Whose token it is, if it was checked a moment ago. */
  recall(token: string): Principal | null {
    const admission = this.admissions.get(keyOf(token));
    return admission && performance.now() < admission.validUntilMs
      ? (admission.verified?.principal ?? null)
      : null;
  }

  /** @throws ProblemError `invalid_token`, `identity_provider_unavailable` */
  authenticate(token: string, context: RequestContext): Promise<Principal> {
    const known = this.admissions.get(keyOf(token));
    if (known && performance.now() < known.validUntilMs) return known.checked;
    return this.admit(token, context);
  }

  /** Believes nothing any more of a user's tokens, or of those of one session or API key. */
  forget(userId: string, credentialId?: string): void {
    for (const [key, { verified }] of this.admissions) {
      if (verified !== null && verified.principal.userId !== userId) continue;
      if (verified !== null && credentialId && verified.credentialId !== credentialId) continue;
      this.admissions.delete(key);
    }
  }

  private admit(token: string, context: RequestContext): Promise<Principal> {
    const admission: Admission = {
      verified: null,
      checked: this.verify(token, context).then((verified) => {
        admission.verified = verified;
        const expiryMs = performance.now() + verified.expiresAtMs - Date.now();
        admission.validUntilMs = Math.min(admission.validUntilMs, expiryMs);
        return verified.principal;
      }),
      validUntilMs: performance.now() + REMEMBERED_MS,
    };
    const key = keyOf(token);
    this.remember(key, admission);
    admission.checked.catch(() => {
      if (this.admissions.get(key) === admission) this.admissions.delete(key);
    });
    return admission.checked;
  }

  private async verify(token: string, context: RequestContext): Promise<VerifiedToken> {
    const verifier = this.verifiers.find((kind) => kind.recognises(token));
    if (!verifier) throw invalidToken();
    return verifier.verify(token, context);
  }

  private remember(key: string, admission: Admission): void {
    this.admissions.delete(key);
    this.admissions.set(key, admission);
    if (this.admissions.size <= MAX_REMEMBERED) return;
    const [oldest] = this.admissions.keys();
    if (oldest !== undefined) this.admissions.delete(oldest);
  }
}

function keyOf(token: string): string {
  return token.length > MAX_VERBATIM_LENGTH ? hash('sha256', token) : token;
}
