import { Injectable } from '@nestjs/common';
import { type UserProfile } from '../users/users.service.js';
import { AccessTokens } from './access-tokens.js';
import { type TokenPair } from './dto/token-pair.dto.js';
import { type RefreshClaims, RefreshTokens } from './refresh-tokens.js';

/** A user who has just proven who they are, and the session they got. */
export interface SignedIn {
  user: UserProfile;
  session: RefreshClaims;
}

/** Access and refresh token of a session. */
@Injectable()
export class Tokens {
  constructor(
    private readonly accessTokens: AccessTokens,
    private readonly refreshTokens: RefreshTokens,
  ) {}

  async issue({ user, session }: SignedIn): Promise<TokenPair> {
    return {
      user,
      accessToken: await this.accessTokens.issue(session.userId, session.sessionId),
      refreshToken: this.refreshTokens.issue(session),
      tokenType: 'Bearer',
      expiresIn: this.accessTokens.lifetimeSeconds,
    };
  }

  /** @throws ProblemError `invalid_token` unless it is a refresh token of ours */
  openRefreshToken(refreshToken: string): RefreshClaims {
    return this.refreshTokens.open(refreshToken);
  }
}
