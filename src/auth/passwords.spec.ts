import { Passwords } from './passwords.js';

describe('passwords', () => {
  it('are verified against their own hash only', async () => {
    const passwords = new Passwords();
    const hash = await passwords.hash('correct horse');
    expect(await passwords.verify(hash, 'correct horse')).toBe(true);
    expect(await passwords.verify(hash, 'correct horse ')).toBe(false);
  });

  it.each([null, '', 'garbage', '$argon2id$v=19$m=1,t=1,p=1$x$y'])(
    'never match what is no hash: %j',
    async (storedHash) => {
      expect(await new Passwords().verify(storedHash, '')).toBe(false);
    },
  );

  it('A06 are refused when two are hashed and a hundred wait already, and taken again afterwards', async () => {
    const passwords = new Passwords();
    const outcomes = await Promise.allSettled(
      Array.from({ length: 110 }, async () => passwords.verify(null, 'x')),
    );
    const refused = outcomes.filter(({ status }) => status === 'rejected');
    expect(refused.length).toBeGreaterThanOrEqual(8);
    expect(refused.length).toBeLessThanOrEqual(10);
    expect(refused[0]).toMatchObject({
      reason: { code: 'overloaded', headers: { 'Retry-After': expect.any(String) as string } },
    });
    await expect(passwords.verify(null, 'x')).resolves.toBe(false);
  }, 20_000);
});
