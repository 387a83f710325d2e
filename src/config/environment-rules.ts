import { isIP } from 'node:net';
import { ValidateBy } from 'class-validator';
import { certificatesIn } from './certificates.js';

/** The value in `.env.example`: known to everybody, hence no secret. */
export const EXAMPLE_SECRET_KEY = 'replace-me-with-48-random-characters-or-more-please';

/** A PostgreSQL connection URL with a host (or socket directory) and a database. */
export function IsPostgresUrl(): PropertyDecorator {
  return rule(
    'isPostgresUrl',
    isPostgresUrl,
    'must be a postgresql:// URL with a host and a database',
  );
}

/** Certificates in PEM, or a readable file of them. */
export function IsCertificateAuthority(): PropertyDecorator {
  return rule(
    'isCertificateAuthority',
    isCertificateAuthority,
    'must be a readable PEM file of certificates, or their text',
  );
}

/** Exact web origins, such as `https://app.example.com`. */
export function IsOriginList(): PropertyDecorator {
  return rule('isOriginList', everyItem(isOrigin), 'must be a comma-separated list of origins');
}

/** Addresses or CIDR blocks, such as `10.0.0.0/8`. */
export function IsNetworkList(): PropertyDecorator {
  return rule(
    'isNetworkList',
    everyItem(isNetwork),
    'must be a comma-separated list of addresses or CIDR blocks',
  );
}

function rule(name: string, validate: (value: unknown) => boolean, text: string) {
  return ValidateBy({
    name,
    validator: { validate, defaultMessage: (args) => `${args?.property ?? ''} ${text}` },
  });
}

function everyItem(test: (item: string) => boolean) {
  return (value: unknown) =>
    Array.isArray(value) && value.every((item) => typeof item === 'string' && test(item));
}

function isPostgresUrl(value: unknown): boolean {
  if (typeof value !== 'string' || !URL.canParse(value)) return false;
  const url = new URL(value);
  const host = url.hostname || url.searchParams.get('host');
  return /^postgres(ql)?:$/.test(url.protocol) && Boolean(host) && url.pathname.length > 1;
}

function isCertificateAuthority(value: unknown): boolean {
  try {
    return typeof value === 'string' && certificatesIn(value).length > 0;
  } catch {
    return false;
  }
}

function isOrigin(value: string): boolean {
  return URL.canParse(value) && /^https?:/.test(value) && new URL(value).origin === value;
}

function isNetwork(value: string): boolean {
  const [address = '', bits, ...rest] = value.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  if (bits === undefined) return true;
  return /^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128);
}
