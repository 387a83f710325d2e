import { createHash, randomUUID } from 'node:crypto';
import { locateApiKey, newApiKey } from './api-key-text.js';

describe('the text of an API key', () => {
  const userId = randomUUID();

  it('leads to its user and to the SHA-256 hash that is stored', () => {
    const { key, hash } = newApiKey(userId);
    expect(key).toMatch(/^mf_[\w-]{64}$/);
    expect(hash).toEqual(createHash('sha256').update(key).digest());
    expect(locateApiKey(key)).toEqual({ userId, hash });
  });

  it('is never the same twice', () => {
    const keys = Array.from({ length: 1000 }, () => newApiKey(userId).key);
    expect(new Set(keys).size).toBe(1000);
  });

  const { key } = newApiKey(userId);
  it.each([
    ['', ''],
    ['nothing but the prefix', 'mf_'],
    ['one too short', key.slice(0, -1)],
    ['one too long', `${key}A`],
    ['another prefix', key.replace('mf_', 'MF_')],
    ['the other alphabet of Base64', key.slice(0, -1) + '+'],
    ['white space', `${key.slice(0, -1)} `],
    ['a line break behind it', `${key}\n`],
  ])('is not %s', (_, text) => {
    expect(locateApiKey(text)).toBeNull();
  });
});
