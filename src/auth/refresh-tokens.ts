import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS, type Settings } from '../config/settings.js';
import { uuidv7 } from '../http/uuid.js';
import { derivedKey } from './derived-key.js';
import { invalidToken } from './token-problems.js';

/** A session at one point of its chain of refresh tokens. */
export interface RefreshClaims {
  userId: string;
  sessionId: string;
  /** Grows by one with every rotation. */
  generation: number;
}

/** A session before its first refresh. */
export function newSession(userId: string): RefreshClaims {
  return { userId, sessionId: uuidv7(), generation: 0 };
}

const TOKEN =
  /^(([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.(0|[1-9]\d{0,8}))\.([\w-]{43})$/;

/**
 * Refresh tokens: `<user>.<session>.<generation>.<mac>`. A generation has exactly one token, so none needs to be
 * stored, and an answer that was lost can be given again.
 */
@Injectable()
export class RefreshTokens {
  private readonly key: KeyObject;

  constructor(@Inject(SETTINGS) settings: Settings) {
    this.key = derivedKey(settings.SECRET_KEY, 'refresh tokens');
  }

  issue({ userId, sessionId, generation }: RefreshClaims): string {
    const claims = `${userId}.${sessionId}.${String(generation)}`;
    return `${claims}.${this.mac(claims)}`;
  }

  /** @throws ProblemError `invalid_token` unless `issue` made the token; whether its session lasts is not asked here */
  open(token: string): RefreshClaims {
    const [, claims, userId, sessionId, generation, mac] = TOKEN.exec(token) ?? [];
    if (!claims || !userId || !sessionId || !mac) throw invalidToken();
    // As text: in Base64 several last characters stand for the same bytes.
    if (!timingSafeEqual(Buffer.from(mac), Buffer.from(this.mac(claims)))) throw invalidToken();
    return { userId, sessionId, generation: Number(generation) };
  }

  private mac(claims: string): string {
    return createHmac('sha256', this.key).update(claims).digest('base64url');
  }
}
