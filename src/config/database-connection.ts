import { certificatesIn, systemCertificates } from './certificates.js';

type TlsMode = 'disable' | 'require' | 'verify-ca' | 'verify-full';

interface TlsVariables {
  DATABASE_SSL?: 'disable' | 'require' | 'verify-full' | undefined;
  DATABASE_SSL_CA?: string | undefined;
}

interface TlsSettings {
  rejectUnauthorized: boolean;
  ca?: string[];
  checkServerIdentity?: () => undefined;
}

/** What a PostgreSQL client needs to connect: the URL without its TLS parameters, and the TLS settings. */
export interface DatabaseConnection {
  connectionString: string;
  ssl: false | TlsSettings;
}

const TLS_PARAMETERS = ['ssl', 'sslmode', 'sslrootcert', 'sslcert', 'sslkey', 'uselibpqcompat'];

/** The URL's `sslmode`. One that would try TLS but take less is as good as none given. */
const MODES: Partial<Record<string, TlsMode>> = {
  disable: 'disable',
  require: 'require',
  'no-verify': 'require',
  'verify-ca': 'verify-ca',
  'verify-full': 'verify-full',
};

/**
 * How to connect to `url`. `DATABASE_SSL` decides, else the URL's `sslmode`, else `verify-full`, or no TLS on loopback
 * and sockets. `require` encrypts without verifying who answers.
 */
export function databaseConnection(url: string, tls: TlsVariables): DatabaseConnection {
  const bare = new URL(url);
  for (const parameter of TLS_PARAMETERS) bare.searchParams.delete(parameter);
  const mode = tlsMode(url, tls.DATABASE_SSL);
  return { connectionString: bare.href, ssl: tlsOptions(mode, tls.DATABASE_SSL_CA) };
}

/** Whether passwords and data would cross the network in the clear. */
export function isPlaintextToAnotherHost(
  url: string,
  override: TlsVariables['DATABASE_SSL'],
): boolean {
  return tlsMode(url, override) === 'disable' && !isLocal(new URL(url));
}

function tlsMode(url: string, override: TlsVariables['DATABASE_SSL']): TlsMode {
  if (override !== undefined) return override;
  const parsed = new URL(url);
  const mode = parsed.searchParams.get('sslmode') ?? 'unset';
  return MODES[mode] ?? (isLocal(parsed) ? 'disable' : 'verify-full');
}

function isLocal(url: URL): boolean {
  const host = url.searchParams.get('host') ?? decodeURIComponent(url.hostname);
  return /^(\/.*|localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/.test(host);
}

function tlsOptions(mode: TlsMode, authority: string | undefined): false | TlsSettings {
  if (mode === 'disable') return false;
  if (mode === 'require') return { rejectUnauthorized: false };
  const verified = { rejectUnauthorized: true, ca: certificateAuthorities(authority) };
  return mode === 'verify-full' ? verified : { ...verified, checkServerIdentity: () => undefined };
}

function certificateAuthorities(given: string | undefined): string[] {
  return given === undefined ? systemCertificates() : certificatesIn(given);
}
