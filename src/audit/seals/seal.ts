import { createHmac, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import { type Settings } from '../../config/settings.js';
import { type SealedRows } from './sealed-rows.js';

const KEY_BYTES = 32;

/** What stands in the place of the digest before the first one. */
export const NO_SEAL = Buffer.alloc(32);

export interface Seal extends SealedRows {
  sequence: number;
  fromPosition: string;
  toPosition: string;
  previous: Buffer;
  digest: Buffer;
}

/** The key of the seals: from AUDIT_SEAL_KEY, or else from SECRET_KEY (HKDF, RFC 5869). */
export function sealKey({
  AUDIT_SEAL_KEY,
  SECRET_KEY,
}: Pick<Settings, 'AUDIT_SEAL_KEY' | 'SECRET_KEY'>): KeyObject {
  const bytes = hkdfSync(
    'sha256',
    AUDIT_SEAL_KEY ?? SECRET_KEY,
    '',
    'mindflow audit seals',
    KEY_BYTES,
  );
  return createSecretKey(new Uint8Array(bytes));
}

/** HMAC-SHA256 over everything that a seal says, the digest of the seal before it included. */
export function sealDigest(key: KeyObject, seal: Omit<Seal, 'digest'>): Buffer {
  const { sequence, fromPosition, toPosition, month, rowCount, rowsDigest, previous } = seal;
  const said = [sequence, fromPosition, toPosition, month, rowCount];
  return createHmac('sha256', key)
    .update(JSON.stringify([...said, rowsDigest.toString('hex'), previous.toString('hex')]))
    .digest();
}
