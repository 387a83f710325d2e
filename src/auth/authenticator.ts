import { Injectable } from '@nestjs/common';
import { type Principal } from '../http/request-context.js';
import { AccessTokens } from './access-tokens.js';
import { SessionsRepository } from './sessions.repository.js';
import { invalidToken } from './token-problems.js';

/** Other instances learn of a revocation when this is over: within the promised five seconds, with room to spare. */
const REMEMBERED_MS = 4000;
const MAX_REMEMBERED = 10_000;

interface Admission {
  principal: Principal | null;
  /** Settles once the token and its session have been checked. */
  checked: Promise<Principal>;
  /** In the time of `performance.now()`, which no change of the clock moves. */
  validUntilMs: number;
}

/** Tells who an access token belongs to. A token is checked once and then believed for a few seconds. */
@Injectable()
export class Authenticator {
  private readonly admissions = new Map<string, Admission>();

  constructor(
    private readonly accessTokens: AccessTokens,
    private readonly sessions: SessionsRepository,
  ) {}

  /** Whose token it is, if it was checked a moment ago. */
  recall(token: string): Principal | null {
    const admission = this.admissions.get(token);
    return admission && performance.now() < admission.validUntilMs ? admission.principal : null;
  }

  /** @throws ProblemError `invalid_token` */
  authenticate(token: string): Promise<Principal> {
    const known = this.admissions.get(token);
    if (known && performance.now() < known.validUntilMs) return known.checked;
    return this.admit(token);
  }

  /** Believes nothing any more of a user's tokens, or of those of one session. */
  forget(userId: string, sessionId?: string): void {
    for (const [token, { principal }] of this.admissions) {
      if (principal !== null && principal.userId !== userId) continue;
      if (principal !== null && sessionId && principal.sessionId !== sessionId) continue;
      this.admissions.delete(token);
    }
  }

  private admit(token: string): Promise<Principal> {
    const admission: Admission = {
      principal: null,
      checked: this.check(token).then(({ principal, expiresAtMs }) => {
        admission.principal = principal;
        const expiryMs = performance.now() + expiresAtMs - Date.now();
        admission.validUntilMs = Math.min(admission.validUntilMs, expiryMs);
        return principal;
      }),
      validUntilMs: performance.now() + REMEMBERED_MS,
    };
    this.remember(token, admission);
    admission.checked.catch(() => {
      if (this.admissions.get(token) === admission) this.admissions.delete(token);
    });
    return admission.checked;
  }

  private async check(token: string): Promise<{ principal: Principal; expiresAtMs: number }> {
    const { userId, sessionId, expiresAtMs } = await this.accessTokens.verify(token);
    if (!(await this.sessions.isLive(userId, sessionId))) throw invalidToken();
    return { principal: { userId, sessionId }, expiresAtMs };
  }

  private remember(token: string, admission: Admission): void {
    this.admissions.delete(token);
    this.admissions.set(token, admission);
    if (this.admissions.size <= MAX_REMEMBERED) return;
    const [oldest] = this.admissions.keys();
    if (oldest !== undefined) this.admissions.delete(oldest);
  }
}
