import { applyDecorators } from '@nestjs/common';
import { Transform, type TransformFnParams } from 'class-transformer';
import { ValidateBy } from 'class-validator';

const MAX_LENGTH = 255;
const NAMES = ['issuer', 'audience', 'jwksUri'];

/** An identity provider whose tokens are taken. */
export interface TrustedIssuer {
  /** The `iss` of its tokens, character by character. */
  issuer: string;
  /** What `aud` must contain, so that tokens made for other services are not taken. */
  audience: string;
  /** Where its keys are; found by OpenID Connect Discovery when it is left out. */
  jwksUri?: string;
}

/** Trusted issuers as JSON, each named once. */
export function IssuerList(): PropertyDecorator {
  return applyDecorators(
    Transform(json),
    ValidateBy({
      name: 'isIssuerList',
      validator: {
        validate: isIssuerList,
        defaultMessage: (args) =>
          `${args?.property ?? ''} must be a JSON array of {"issuer", "audience", "jwksUri"?}, each issuer once, with https URLs (http on loopback)`,
      },
    }),
  );
}

/** Whether keys at `url` may be used for an issuer: over TLS, unless both are on this host. */
export function isKeyLocation(url: unknown, issuer: string): url is string {
  return isSecureUrl(url) && (url.startsWith('https:') || issuer.startsWith('http:'));
}

/** Leaves what is no JSON as it is, for the validation rule to refuse. */
function json({ value }: TransformFnParams): unknown {
  try {
    return typeof value === 'string' ? JSON.parse(value) : value;
  } catch {
    return value;
  }
}

function isIssuerList(value: unknown): boolean {
  if (!Array.isArray(value) || !value.every(isTrustedIssuer)) return false;
  return new Set(value.map(({ issuer }) => issuer)).size === value.length;
}

function isTrustedIssuer(value: unknown): value is TrustedIssuer {
  if (typeof value !== 'object' || value === null) return false;
  const { issuer, audience, jwksUri } = value as Partial<Record<string, unknown>>;
  return (
    Object.keys(value).every((name) => NAMES.includes(name)) &&
    isSecureUrl(issuer) &&
    !/[?#]/.test(issuer) &&
    isName(audience) &&
    (jwksUri === undefined || isKeyLocation(jwksUri, issuer))
  );
}

function isSecureUrl(value: unknown): value is string {
  if (!isName(value) || !/^https?:\/\//.test(value) || !URL.canParse(value)) return false;
  const { protocol, hostname, username, password } = new URL(value);
  return username === '' && password === '' && (protocol === 'https:' || isLoopback(hostname));
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && /^[\x21-\x7e]+$/.test(value) && value.length <= MAX_LENGTH;
}

function isLoopback(hostname: string): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
}
