import { type Principal, type RequestContext } from '../http/request-context.js';

/** What a token proves at the moment when it is verified. */
export interface VerifiedToken {
  principal: Principal;
  /** What the token is revoked by: its session, its API key; null when it lasts until it expires. */
  credentialId: string | null;
  /** Infinity when it does not expire. */
  expiresAtMs: number;
}

/** One kind of bearer token. */
export interface TokenVerifier {
  /** Whether the token has the form of this kind. Nothing in it is believed yet. */
  recognises(token: string): boolean;

  /**
   * @param context the request that brought the token
   * @throws ProblemError `invalid_token` unless the token lasts and its user may sign in
   */
  verify(token: string, context: RequestContext): Promise<VerifiedToken>;
}

/** Every kind of token there is; the first that recognises a token judges it. */
export const TOKEN_VERIFIERS = Symbol('TOKEN_VERIFIERS');
