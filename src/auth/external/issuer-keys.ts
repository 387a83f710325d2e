import { Logger } from '@nestjs/common';
import {
  createLocalJWKSet,
  type CryptoKey,
  errors,
  type FlattenedJWSInput,
  type JWSHeaderParameters,
} from 'jose';
import { type TrustedIssuer } from '../../config/issuers.js';
import { ProblemError } from '../../http/problem.js';
import { fetchKeySet } from './fetch-key-set.js';

/** A key that its issuer withdraws is believed no longer than this, as long as the issuer can be reached. */
const FRESH_MS = 10 * 60_000;
/** Neither a flood of unknown keys nor an issuer that is down makes us ask more often. */
const COOLDOWN_MS = 30_000;

/**
 * The public keys of one issuer, fetched when they are first needed, when they are no longer fresh, and when a token
 * names one that is not among them. While the issuer cannot be reached the last ones go on to be used.
 */
export class IssuerKeys {
  private readonly logger = new Logger(IssuerKeys.name);
  private keys = createLocalJWKSet({ keys: [] });
  private fetchedMs = -Infinity;
  private attemptedMs = -Infinity;
  private underWay: Promise<void> | null = null;
  /** Whether the last attempt to fetch the keys failed. */
  private isFailing = false;

  constructor(private readonly issuer: TrustedIssuer) {}

  /**
   * The key that a token's header names.
   *
   * @throws JWKSNoMatchingKey, or ProblemError `identity_provider_unavailable` when it may be one that could not be fetched
   */
  async find(header: JWSHeaderParameters, token: FlattenedJWSInput): Promise<CryptoKey> {
    await this.freshen();
    try {
      return await this.keys(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
    }
    await this.fetch();
    if (this.isFailing) throw this.unavailable();
    return this.keys(header, token);
  }

  /** Waits for fresh keys, but not again and again for an issuer that does not answer. */
  private async freshen(): Promise<void> {
    if (performance.now() - this.fetchedMs < FRESH_MS) return;
    const fetched = this.fetch();
    if (!this.isFailing) await fetched;
  }

  /** Never rejects: whether it failed is in `isFailing`. */
  private fetch(): Promise<void> {
    if (this.underWay) return this.underWay;
    if (this.cooldownMs > 0) return Promise.resolve();
    this.attemptedMs = performance.now();
    this.underWay = this.replaceKeys().finally(() => {
      this.underWay = null;
    });
    return this.underWay;
  }

  private async replaceKeys(): Promise<void> {
    try {
      this.keys = await fetchKeySet(this.issuer);
      this.fetchedMs = performance.now();
      this.isFailing = false;
    } catch (error) {
      this.isFailing = true;
      this.logger.warn({ msg: 'keys not fetched', issuer: this.issuer.issuer, err: error });
    }
  }

  private get cooldownMs(): number {
    return this.attemptedMs + COOLDOWN_MS - performance.now();
  }

  private unavailable(): ProblemError {
    return new ProblemError(
      'identity_provider_unavailable',
      'The keys of the identity provider cannot be fetched. Nothing was changed.',
      { headers: { 'Retry-After': String(Math.max(1, Math.ceil(this.cooldownMs / 1000))) } },
    );
  }
}
