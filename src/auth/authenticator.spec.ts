import { jest } from '@jest/globals';
import { RequestContext } from '../http/request-context.js';
import { Authenticator } from './authenticator.js';
import { invalidToken } from './token-problems.js';
import { type TokenVerifier } from './token-verifier.js';

const context = new RequestContext({ id: '1', method: 'GET', address: undefined, headers: {} });

/** Tokens read `<user>.<session>`; `live` answers whether a session lasts, and counts how often it was asked. */
function authenticatorOver(live: () => Promise<boolean>) {
  const lookUps: string[] = [];
  const verifier: TokenVerifier = {
    recognises: (token) => token.includes('.'),
    verify: async (token) => {
      const [userId = '', sessionId = ''] = token.split('.');
      lookUps.push(sessionId);
      if (!(await live())) throw invalidToken();
      const principal = { userId, sessionId, scopes: null };
      return { principal, credentialId: sessionId, expiresAtMs: Date.now() + 60_000 };
    },
  };
  return { authenticator: new Authenticator([verifier]), lookUps };
}

const yes = () => Promise.resolve(true);

describe('the authenticator', () => {
  it('looks a session up once for all requests of its token', async () => {
    const { authenticator, lookUps } = authenticatorOver(yes);
    await Promise.all([
      authenticator.authenticate('ada.1', context),
      authenticator.authenticate('ada.1', context),
    ]);
    expect(authenticator.recall('ada.1')).toMatchObject({ userId: 'ada', sessionId: '1' });
    expect(lookUps).toEqual(['1']);
  });

  it('lets the first kind that recognises a token judge it, and refuses what is of no kind', async () => {
    const kind = (prefix: string): TokenVerifier => ({
      recognises: (token) => token.startsWith(prefix),
      verify: () =>
        Promise.resolve({
          principal: { userId: prefix, sessionId: null, scopes: [] },
          credentialId: null,
          expiresAtMs: Infinity,
        }),
    });
    const authenticator = new Authenticator([kind('a_'), kind('a_b'), kind('c_')]);
    const usersOf = await Promise.all(
      ['a_b', 'c_d'].map((token) => authenticator.authenticate(token, context)),
    );
    expect(usersOf.map(({ userId }) => userId)).toEqual(['a_', 'c_']);
    await expect(authenticator.authenticate('e', context)).rejects.toMatchObject({
      code: 'invalid_token',
    });
  });

  it('believes no token longer than it lasts', async () => {
    const expired: TokenVerifier = {
      recognises: () => true,
      verify: () =>
        Promise.resolve({
          principal: { userId: 'ada', sessionId: null, scopes: null },
          credentialId: null,
          expiresAtMs: Date.now(),
        }),
    };
    const authenticator = new Authenticator([expired]);
    await authenticator.authenticate('x', context);
    expect(authenticator.recall('x')).toBeNull();
  });

  it('tells long tokens apart', async () => {
    const { authenticator } = authenticatorOver(yes);
    const [one, two] = [`ada.${'x'.repeat(8000)}1`, `ada.${'x'.repeat(8000)}2`];
    await authenticator.authenticate(one, context);
    expect(authenticator.recall(one)).toMatchObject({ userId: 'ada' });
    expect(authenticator.recall(two)).toBeNull();
    authenticator.forget('ada');
    expect(authenticator.recall(one)).toBeNull();
  });

  it('does not remember a refusal or a failure', async () => {
    const answers = [Promise.resolve(false), Promise.reject(new Error('no database'))];
    answers[1]?.catch(() => undefined);
    const { authenticator } = authenticatorOver(() => answers.shift() ?? yes());
    await expect(authenticator.authenticate('ada.1', context)).rejects.toMatchObject({
      code: 'invalid_token',
    });
    await expect(authenticator.authenticate('ada.1', context)).rejects.toThrow('no database');
    await expect(authenticator.authenticate('ada.1', context)).resolves.toMatchObject({
      userId: 'ada',
    });
  });

  it('forgets one session, or all of a user', async () => {
    const { authenticator } = authenticatorOver(yes);
    const tokens = ['ada.1', 'ada.2', 'grace.3'];
    const remembered = () => tokens.filter((token) => authenticator.recall(token) !== null);
    for (const token of tokens) await authenticator.authenticate(token, context);
    authenticator.forget('ada', '1');
    expect(remembered()).toEqual(['ada.2', 'grace.3']);
    authenticator.forget('ada');
    expect(remembered()).toEqual(['grace.3']);
  });

  it('does not come to believe a token that was forgotten while it was looked up', async () => {
    let answer: (isLive: boolean) => void = () => undefined;
    const { authenticator } = authenticatorOver(
      () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    );
    const underWay = authenticator.authenticate('ada.1', context);
    await Promise.resolve();
    authenticator.forget('ada');
    await Promise.resolve();
    answer(true);
    await underWay;
    expect(authenticator.recall('ada.1')).toBeNull();
  });

  it('F14 looks a session up again after a few seconds, whatever the clock says meanwhile', async () => {
    const { authenticator, lookUps } = authenticatorOver(yes);
    const clock = jest.spyOn(Date, 'now').mockReturnValue(Date.now());
    await authenticator.authenticate('ada.1', context);
    clock.mockReturnValue(Date.now() - 86_400_000);
    const later = jest.spyOn(performance, 'now').mockReturnValue(performance.now() + 5000);
    expect(authenticator.recall('ada.1')).toBeNull();
    await authenticator.authenticate('ada.1', context);
    expect(lookUps).toEqual(['1', '1']);
    clock.mockRestore();
    later.mockRestore();
  });

  it('remembers ten thousand tokens and no more', async () => {
    const { authenticator } = authenticatorOver(yes);
    for (let index = 0; index <= 10_000; index++) {
      await authenticator.authenticate(`ada.${String(index)}`, context);
    }
    expect(authenticator.recall('ada.0')).toBeNull();
    expect(authenticator.recall('ada.1')).not.toBeNull();
  });
});
