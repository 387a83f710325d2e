import { Injectable } from '@nestjs/common';
import { type RequestContext } from '../../http/request-context.js';
import { type TokenVerifier, type VerifiedToken } from '../token-verifier.js';
import { ExternalSignInService } from './external-sign-in.service.js';
import { ExternalTokens } from './external-tokens.js';

/** Tokens of other identity providers. Nothing revokes them but the end of their account. */
@Injectable()
export class ExternalTokenVerifier implements TokenVerifier {
  constructor(
    private readonly tokens: ExternalTokens,
    private readonly signIns: ExternalSignInService,
  ) {}

  recognises(token: string): boolean {
    return this.tokens.recognises(token);
  }

  async verify(token: string, context: RequestContext): Promise<VerifiedToken> {
    const claims = await this.tokens.verify(token);
    const userId = await this.signIns.userOf(claims, context);
    const { issuedAtMs: tokenIssuedAtMs, expiresAtMs } = claims;
    const principal = { userId, sessionId: null, scopes: null, tokenIssuedAtMs };
    return { principal, credentialId: null, expiresAtMs };
  }
}
