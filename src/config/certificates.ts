import { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { rootCertificates } from 'node:tls';

const SYSTEM_FILES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/cert.pem',
];

const PEM = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/**
 * The certificates of a PEM text, or of the file of that name.
 *
 * @throws Error when there is no such file or a certificate is damaged
 */
export function certificatesIn(textOrFile: string): string[] {
  const text = textOrFile.includes('-----BEGIN') ? textOrFile : readFileSync(textOrFile, 'utf8');
  return (text.match(PEM) ?? []).map((pem) => new X509Certificate(pem).toString());
}

/** What Node trusts, and what the operating system trusts beyond that. */
export function systemCertificates(): string[] {
  const file = SYSTEM_FILES.find((path) => existsSync(path));
  return [...rootCertificates, ...(file ? [readFileSync(file, 'utf8')] : [])];
}
