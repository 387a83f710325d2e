import { decodeJwt } from 'jose';
import { AccessTokens } from '../../../src/auth/access-tokens.js';
import { AuthenticationGuard } from '../../../src/auth/authentication.guard.js';
import { Authenticator } from '../../../src/auth/authenticator.js';
import { RefreshTokens } from '../../../src/auth/refresh-tokens.js';
import { ScopeGuard } from '../../../src/auth/scope.guard.js';
import { SessionsRepository } from '../../../src/auth/sessions.repository.js';
import { contextOf } from '../../../src/http/context.decorator.js';
import { Cursors } from '../../../src/http/cursors.js';

type Method = (...args: never[]) => unknown;

/** A class that guards something, and what one of its methods is replaced by. */
export interface GuardMutant {
  name: string;
  guard: { prototype: object };
  method: string;
  replacement: (original: Method) => Method;
}

const scopeOf = (execution: never) => contextOf(execution).operation?.scope ?? null;

export const GUARD_MUTANTS: GuardMutant[] = [
  {
    name: 'the guard in front of every route lets everybody through',
    guard: AuthenticationGuard,
    method: 'canActivate',
    replacement: () => () => true,
  },
  {
    name: 'access tokens are believed unread',
    guard: AccessTokens,
    method: 'verify',
    replacement: () => (token) => {
      const { sub, sid } = decodeJwt(token);
      return Promise.resolve({ userId: sub, sessionId: sid, issuedAtMs: 0, expiresAtMs: Infinity });
    },
  },
  {
    name: 'every session lasts',
    guard: SessionsRepository,
    method: 'isLive',
    replacement: () => () => Promise.resolve(true),
  },
  {
    name: 'a token is believed after its session was ended',
    guard: Authenticator,
    method: 'forget',
    replacement: () => () => undefined,
  },
  {
    name: 'refresh tokens are believed unread',
    guard: RefreshTokens,
    method: 'open',
    replacement: () => (token) => {
      const [userId, sessionId, generation] = (token as string).split('.');
      return { userId, sessionId, generation: Number(generation) };
    },
  },
  {
    name: 'API keys may do everything',
    guard: ScopeGuard,
    method: 'canActivate',
    replacement: () => () => true,
  },
  {
    name: 'API keys may do what names no scope',
    guard: ScopeGuard,
    method: 'canActivate',
    replacement: (original) =>
      function (this: unknown, execution: never) {
        return scopeOf(execution) === null || original.call(this, execution);
      },
  },
  {
    name: 'a cursor is good for every list',
    guard: Cursors,
    method: 'mac',
    replacement: (original) =>
      function (this: unknown, ...[, payload]: never[]) {
        return original.call(this, '' as never, payload as never);
      },
  },
];

/** Puts the replacement in place while `work` runs. */
export async function withoutGuard<T>(
  { guard: { prototype }, method, replacement }: GuardMutant,
  work: () => Promise<T>,
): Promise<T> {
  const original = Reflect.get(prototype, method) as Method;
  Reflect.set(prototype, method, replacement(original));
  try {
    return await work();
  } finally {
    Reflect.set(prototype, method, original);
  }
}
