import { Injectable } from '@nestjs/common';
import { AccessTokens } from './access-tokens.js';
import { SessionsRepository } from './sessions.repository.js';
import { invalidToken } from './token-problems.js';
import { type TokenVerifier, type VerifiedToken } from './token-verifier.js';

/** Access tokens, valid as long as their session lasts. Whatever is no other kind of token is judged as one. */
@Injectable()
export class AccessTokenVerifier implements TokenVerifier {
  constructor(
    private readonly accessTokens: AccessTokens,
    private readonly sessions: SessionsRepository,
  ) {}

  recognises(): boolean {
    return true;
  }

  async verify(token: string): Promise<VerifiedToken> {
    const { userId, sessionId, issuedAtMs, expiresAtMs } = await this.accessTokens.verify(token);
    if (!(await this.sessions.isLive(userId, sessionId))) throw invalidToken();
    const principal = { userId, sessionId, scopes: null, tokenIssuedAtMs: issuedAtMs };
    return { principal, credentialId: sessionId, expiresAtMs };
  }
}
