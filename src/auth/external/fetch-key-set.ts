import { createLocalJWKSet, type JSONWebKeySet, type LocalJWKSet } from 'jose';
import { isKeyLocation, type TrustedIssuer } from '../../config/issuers.js';
import { fetchJson } from './fetch-json.js';

/**
 * The keys of an issuer as they are now.
 *
 * @throws Error when they cannot be had or are no keys
 */
export async function fetchKeySet({ issuer, jwksUri }: TrustedIssuer): Promise<LocalJWKSet> {
  const location = jwksUri ?? (await discoverKeyLocation(issuer));
  return createLocalJWKSet((await fetchJson(location)) as JSONWebKeySet);
}

/** OpenID Connect Discovery 1.0, section 4. */
async function discoverKeyLocation(issuer: string): Promise<string> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const metadata = (await fetchJson(url)) as Partial<Record<string, unknown>> | null;
  const jwksUri = metadata?.['jwks_uri'];
  if (metadata?.['issuer'] !== issuer) throw new Error('describes another issuer');
  if (!isKeyLocation(jwksUri, issuer)) throw new Error('names no place for its keys');
  return jwksUri;
}
