import { Inject, Injectable } from '@nestjs/common';
import { decodeJwt, type JWTHeaderParameters, type JWTPayload, jwtVerify } from 'jose';
import { type TrustedIssuer } from '../../config/issuers.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { isStorable } from '../../http/json-body.js';
import { ProblemError } from '../../http/problem.js';
import { invalidToken } from '../token-problems.js';
import { IssuerKeys } from './issuer-keys.js';

const ALGORITHMS = ['EdDSA', 'RS256', 'ES256'];
/** Access tokens (RFC 9068) and those that do not say what they are; logout tokens and the like do. */
const TYPE = /^(application\/)?(at\+)?jwt$/i;
/** Bound to a key that a bearer does not prove to have (RFC 9449), and told of events (RFC 8417): no bearer tokens. */
const FOREIGN_CLAIMS = ['cnf', 'events'];

const MAX_LIFETIME_SECONDS = 24 * 60 * 60;
/** How far the clock of an issuer may be ahead of ours. */
const CLOCK_TOLERANCE_SECONDS = 30;
const MAX_SUBJECT_LENGTH = 255;

/** What a token proves: that its issuer knows somebody as `subject`. */
export interface ExternalClaims {
  issuer: string;
  subject: string;
  issuedAtMs: number;
  expiresAtMs: number;
  /** Everything the token says, as its issuer says it. */
  payload: JWTPayload;
}

/** JWTs that the trusted issuers signed for this service. */
@Injectable()
export class ExternalTokens {
  private readonly issuers: Map<unknown, TrustedIssuer & { keys: IssuerKeys }>;

  constructor(@Inject(SETTINGS) settings: Settings) {
    this.issuers = new Map(
      settings.AUTH_ISSUERS.map((trusted) => [
        trusted.issuer,
        { ...trusted, keys: new IssuerKeys(trusted) },
      ]),
    );
  }

  /** Whether the token says that it comes from a trusted issuer. It may be lying. */
  recognises(token: string): boolean {
    return this.issuers.size > 0 && this.issuers.has(issuerOf(token));
  }

  /** @throws ProblemError `invalid_token`; `identity_provider_unavailable` when the issuer's keys cannot be had */
  async verify(token: string): Promise<ExternalClaims> {
    const trusted = this.issuers.get(issuerOf(token));
    if (!trusted) throw invalidToken();
    const { issuer, audience, keys } = trusted;
    try {
      const { payload, protectedHeader } = await jwtVerify(
        token,
        (header, jws) => keys.find(header, jws),
        {
          algorithms: ALGORITHMS,
          issuer,
          audience,
          requiredClaims: ['sub', 'iat', 'exp'],
          maxTokenAge: MAX_LIFETIME_SECONDS,
          clockTolerance: CLOCK_TOLERANCE_SECONDS,
        },
      );
      return claimsOf(issuer, payload, protectedHeader);
    } catch (error) {
      // Beside its own errors jose passes on those of keys that cannot be used.
      throw error instanceof ProblemError ? error : invalidToken(error);
    }
  }
}

function issuerOf(token: string): unknown {
  try {
    return decodeJwt(token).iss;
  } catch {
    return undefined;
  }
}

/** What the signature does not settle: whether it is a token to be sent as a bearer's, in time and about somebody. */
function claimsOf(
  issuer: string,
  payload: JWTPayload,
  header: JWTHeaderParameters,
): ExternalClaims {
  const { sub: subject, iat = 0, exp = 0 } = payload;
  // The tolerance is for clocks that run ahead of ours, not for tokens whose time is over.
  const isInTime = exp * 1000 > Date.now() && exp - iat <= MAX_LIFETIME_SECONDS;
  if (!isInTime || !isForBearers(header, payload) || !isSubject(subject)) throw invalidToken();
  return { issuer, subject, issuedAtMs: iat * 1000, expiresAtMs: exp * 1000, payload };
}

function isForBearers({ typ = 'JWT' }: JWTHeaderParameters, payload: JWTPayload): boolean {
  return TYPE.test(typ) && !FOREIGN_CLAIMS.some((claim) => claim in payload);
}

function isSubject(claim: unknown): claim is string {
  return (
    typeof claim === 'string' &&
    claim !== '' &&
    claim.length <= MAX_SUBJECT_LENGTH &&
    isStorable(claim)
  );
}
