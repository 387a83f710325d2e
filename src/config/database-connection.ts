import { existsSync, readFileSync } from 'node:fs';
import { rootCertificates } from 'node:tls';

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

const SYSTEM_CA_FILES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/cert.pem',
];

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
  const mode = parsed.searchParams.get('sslmode');
  if (mode === 'disable' || mode === 'verify-ca' || mode === 'verify-full') return mode;
  if (mode !== null) return 'require';
  return isLocal(parsed) ? 'disable' : 'verify-full';
}

function isLocal(url: URL): boolean {
  const host = url.searchParams.get('host') ?? decodeURIComponent(url.hostname);
  return /^(\/|localhost$|127\.|\[?::1\]?$)/.test(host);
}

function tlsOptions(mode: TlsMode, authority: string | undefined): false | TlsSettings {
  if (mode === 'disable') return false;
  if (mode === 'require') return { rejectUnauthorized: false };
  const verified = { rejectUnauthorized: true, ca: certificateAuthorities(authority) };
  return mode === 'verify-full' ? verified : { ...verified, checkServerIdentity: () => undefined };
}

function certificateAuthorities(given: string | undefined): string[] {
  if (given !== undefined) {
    return [given.includes('-----BEGIN') ? given : readFileSync(given, 'utf8')];
  }
  const systemFile = SYSTEM_CA_FILES.find((file) => existsSync(file));
  return [...rootCertificates, ...(systemFile ? [readFileSync(systemFile, 'utf8')] : [])];
}
