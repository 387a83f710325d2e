import { createHash, randomBytes } from 'node:crypto';

/** What API keys begin with, so that people and secret scanners know one when they see it. */
export const API_KEY_PREFIX = 'mf_';

const SECRET_BYTES = 32;
const USER_ID_BYTES = 16;
const API_KEY = /^mf_[\w-]{64}$/;

/** Where the row of an API key is found: its owner, and the SHA-256 hash of the whole key. */
export interface ApiKeyLocation {
  userId: string;
  hash: Buffer;
}

/** A new key of a user: `mf_`, then their id and 256 random bits in Base64. */
export function newApiKey(userId: string): { key: string; hash: Buffer } {
  const bytes = [Buffer.from(userId.replaceAll('-', ''), 'hex'), randomBytes(SECRET_BYTES)];
  const key = API_KEY_PREFIX + Buffer.concat(bytes).toString('base64url');
  return { key, hash: hashOf(key) };
}

/** Null for what cannot be a key. */
export function locateApiKey(key: string): ApiKeyLocation | null {
  if (!API_KEY.test(key)) return null;
  const bytes = Buffer.from(key.slice(API_KEY_PREFIX.length), 'base64url');
  return { userId: uuidOf(bytes.subarray(0, USER_ID_BYTES)), hash: hashOf(key) };
}

function hashOf(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}

function uuidOf(bytes: Buffer): string {
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
