import { type KeyObject } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { isUUID } from 'class-validator';
import { errors, jwtVerify, SignJWT } from 'jose';
import { SETTINGS, type Settings } from '../config/settings.js';
import { derivedKey } from './derived-key.js';
import { invalidToken } from './token-problems.js';

const ALGORITHM = 'HS256';
const TYPE = 'at+jwt';
const ISSUER = 'mindflow';
const AUDIENCE = 'mindflow-api';

/** How far the clocks of two instances may be apart. */
const CLOCK_TOLERANCE_SECONDS = 5;

export interface AccessClaims {
  userId: string;
  sessionId: string;
  issuedAtMs: number;
  expiresAtMs: number;
}

/** Access tokens: JWTs (RFC 9068) that name a user and the session they belong to. */
@Injectable()
export class AccessTokens {
  readonly lifetimeSeconds: number;
  private readonly key: KeyObject;

  constructor(@Inject(SETTINGS) settings: Settings) {
    this.lifetimeSeconds = settings.ACCESS_TOKEN_TTL;
    this.key = derivedKey(settings.SECRET_KEY, 'access tokens');
  }

  issue(userId: string, sessionId: string): Promise<string> {
    const issuedAt = Math.floor(Date.now() / 1000);
    return new SignJWT({ sid: sessionId })
      .setProtectedHeader({ alg: ALGORITHM, typ: TYPE })
      .setSubject(userId)
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + this.lifetimeSeconds)
      .sign(this.key);
  }

  /** @throws ProblemError `invalid_token` unless `issue` made the token, it is for this API and has not expired */
  async verify(token: string): Promise<AccessClaims> {
    try {
      const { payload } = await jwtVerify(token, this.key, {
        algorithms: [ALGORITHM],
        typ: TYPE,
        issuer: ISSUER,
        audience: AUDIENCE,
        requiredClaims: ['sub', 'sid', 'iat', 'exp'],
        maxTokenAge: this.lifetimeSeconds,
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
      });
      const { sub, sid, iat = 0, exp = 0 } = payload;
      if (!isUuid(sub) || !isUuid(sid)) throw invalidToken();
      // The tolerance is for clocks that run ahead of ours, not for tokens whose time is over.
      if (exp * 1000 <= Date.now()) throw invalidToken();
      return { userId: sub, sessionId: sid, issuedAtMs: iat * 1000, expiresAtMs: exp * 1000 };
    } catch (error) {
      throw error instanceof errors.JOSEError ? invalidToken(error) : error;
    }
  }
}

function isUuid(claim: unknown): claim is string {
  return isUUID(claim, 'all');
}
