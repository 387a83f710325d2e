import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';

const KEY_BYTES = 32;

/** A key for one purpose only (HKDF, RFC 5869), so that nothing signed for one purpose is valid for another. */
export function derivedKey(secret: string, purpose: string): KeyObject {
  const bytes = hkdfSync('sha256', secret, '', `mindflow ${purpose}`, KEY_BYTES);
  return createSecretKey(new Uint8Array(bytes));
}
