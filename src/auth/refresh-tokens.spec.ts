import { parseEnvironment } from '../config/environment.js';
import { type Settings } from '../config/settings.js';
import { RefreshTokens } from './refresh-tokens.js';

const claims = {
  userId: '0198f3a2-6c1e-7b5a-9d43-2f1c8a7e6b50',
  sessionId: '0198f3a2-6c20-7e11-8a2b-5d4c3b2a1f00',
  generation: 7,
};

function withSecret(SECRET_KEY: string): RefreshTokens {
  const url = 'postgresql://localhost/mindflow';
  const settings: Settings = {
    ...parseEnvironment({}),
    DATABASE_URL: url,
    DATABASE_DIRECT_URL: url,
    SECRET_KEY,
  };
  return new RefreshTokens(settings);
}

describe('refresh tokens', () => {
  const tokens = withSecret('a secret');
  const token = tokens.issue(claims);

  it('begin with the user, who shards the look-up, and name session and generation', () => {
    expect(token.startsWith(`${claims.userId}.${claims.sessionId}.7.`)).toBe(true);
    expect(tokens.open(token)).toEqual(claims);
  });

  it('are the same whenever they are issued for the same generation', () => {
    expect(withSecret('a secret').issue(claims)).toBe(token);
  });

  it('of another secret are refused', () => {
    expect(() => withSecret('another secret').open(token)).toThrow(/wrong, expired or revoked/);
  });

  it('are refused when any one character differs', () => {
    for (let index = 0; index < token.length; index++) {
      const other = token[index] === '1' ? '2' : '1';
      const changed = token.slice(0, index) + other + token.slice(index + 1);
      expect(() => tokens.open(changed)).toThrow();
    }
  });

  it('are refused in another spelling', () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    for (const spelling of [token.toUpperCase(), `${token}=`, `${token}\n`, `${token}.`]) {
      expect(() => tokens.open(spelling)).toThrow();
    }
    const accepted = Array.from(alphabet).filter((character) => {
      try {
        return Boolean(tokens.open(token.slice(0, -1) + character));
      } catch {
        return false;
      }
    });
    expect(accepted).toEqual([token.at(-1)]);
  });
});
