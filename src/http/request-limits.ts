import { type IncomingMessage } from 'node:http';
import { type Settings } from '../config/settings.js';
import { ProblemError } from './problem.js';

type Limits = Pick<Settings, 'MAX_HEADERS_BYTES' | 'MAX_HEADERS' | 'MAX_URL_BYTES'>;

/** `: ` after the name of a header and the end of its line. */
const HEADER_PUNCTUATION_BYTES = 4;
/**
 * Why a request is refused for its address or its headers alone, before anything reads them. Node itself takes more, so
 * that it is told like any other error; what it drops silently is beyond these limits.
 */
export function refusalOfHead(request: IncomingMessage, limits: Limits): ProblemError | undefined {
  return refusalOfAddress(request.url ?? '', limits) ?? refusalOfHeaders(request, limits);
}

function refusalOfAddress(url: string, { MAX_URL_BYTES }: Limits): ProblemError | undefined {
  if (url.length > MAX_URL_BYTES) {
    const detail = `An address may have ${String(MAX_URL_BYTES)} bytes.`;
    return new ProblemError('uri_too_long', detail);
  }
  const [path = ''] = url.split('?', 1);
  if (path.includes('%00')) return malformed('The path must not contain NUL.');
  return isDecodable(url) ? undefined : malformed('The address is not correctly percent-encoded.');
}

function refusalOfHeaders(
  { rawHeaders, headers, httpVersion }: IncomingMessage,
  { MAX_HEADERS, MAX_HEADERS_BYTES }: Limits,
): ProblemError | undefined {
  if (rawHeaders.length / 2 > MAX_HEADERS) {
    return new ProblemError('headers_too_large', `There may be ${String(MAX_HEADERS)} headers.`);
  }
  if (sizeOf(rawHeaders) > MAX_HEADERS_BYTES) {
    const detail = `All headers together may have ${String(MAX_HEADERS_BYTES)} bytes.`;
    return new ProblemError('headers_too_large', detail);
  }
  const isAnonymousHost = headers.host === undefined && httpVersion === '1.1';
  return isAnonymousHost ? malformed('The Host header is missing.') : undefined;
}

function sizeOf(rawHeaders: string[]): number {
  const punctuation = (rawHeaders.length / 2) * HEADER_PUNCTUATION_BYTES;
  return rawHeaders.reduce((bytes, text) => bytes + text.length, punctuation);
}

function isDecodable(url: string): boolean {
  if (!url.includes('%')) return true;
  try {
    decodeURIComponent(url);
    return true;
  } catch {
    return false;
  }
}

function malformed(detail: string): ProblemError {
  return new ProblemError('malformed_request', detail);
}
