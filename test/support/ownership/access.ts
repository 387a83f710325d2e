import { randomUUID } from 'node:crypto';
import { locateApiKey } from '../../../src/auth/api-keys/api-key-text.js';
import { ApiKeysRepository } from '../../../src/auth/api-keys/api-keys.repository.js';
import { Database } from '../../../src/database/database.js';
import { RefreshTokens } from '../../../src/auth/refresh-tokens.js';
import { SessionsRepository } from '../../../src/auth/sessions.repository.js';
import { as } from '../factories.js';
import { type KeyIssuer } from '../issuers/key-issuer.js';
import { PASSWORD } from '../operation-requests.js';
import { type TestApp } from '../test-app.js';
import { accessToken, apiKeyOf, type Person } from './people.js';
import { type Neighbours, neighbours } from './probes.js';

interface Attempt extends Neighbours {
  app: TestApp;
  issuer: KeyIssuer;
}

/** An attempt to get in, or further than one may, and the status that it must come to. */
export interface Access {
  name: string;
  attempt: (attempt: Attempt) => PromiseLike<{ status: number }>;
  status: number;
}

const SECONDS_AGO = -2;

const ask = (app: TestApp, token: string, path = '/api/tasks') =>
  as(app, { bearer: `Bearer ${token}` }).get(path);

const disabled = async ({ app, poor }: Attempt): Promise<Person> => {
  await app.database.query('UPDATE users SET is_active = false WHERE id = $1', [poor.id]);
  return poor;
};

const ended = async ({ app, poor }: Attempt, assignment: string): Promise<Person> => {
  await app.database.query(`UPDATE sessions SET ${assignment} WHERE id = $1`, [poor.sessionId]);
  return poor;
};

const refresh = (app: TestApp, userId: string, sessionId: string) =>
  app.http.post('/api/auth/refresh').send({
    refreshToken: app.nest.get(RefreshTokens).issue({ userId, sessionId, generation: 0 }),
  });

const now = () => Math.floor(Date.now() / 1000);

export const ACCESSES: Access[] = [
  {
    name: 'a session',
    attempt: ({ app, poor }) => ask(app, poor.accessToken, '/api/users/me'),
    status: 200,
  },
  {
    name: 'an API key with the right scope',
    attempt: async ({ app, poor }) => ask(app, await apiKeyOf(app, poor, ['tasks:read'])),
    status: 200,
  },
  {
    name: 'a token of an identity provider',
    attempt: ({ app, poor, issuer }) => externally(app, issuer, poor),
    status: 200,
  },
  { name: 'nothing', attempt: ({ app }) => app.http.get('/api/tasks'), status: 401 },
  {
    name: 'a token signed by somebody else',
    attempt: async ({ app, poor: { id, sessionId } }) =>
      ask(app, await accessToken(app, { sub: id, sid: sessionId }, 'another secret '.repeat(3))),
    status: 401,
  },
  {
    name: 'a token that has expired',
    attempt: async ({ app, poor: { id, sessionId } }) => {
      const times = { iat: now() - 60, exp: now() + SECONDS_AGO };
      return ask(app, await accessToken(app, { sub: id, sid: sessionId, ...times }));
    },
    status: 401,
  },
  {
    name: "a token for another user's session",
    attempt: async ({ app, poor, rich }) =>
      ask(app, await accessToken(app, { sub: poor.id, sid: rich.sessionId })),
    status: 401,
  },
  {
    name: 'a token of a session that was revoked',
    attempt: async (attempt) =>
      ask(attempt.app, (await ended(attempt, 'revoked_at = now()')).accessToken),
    status: 401,
  },
  {
    name: 'a token of a session that has expired',
    attempt: async (attempt) =>
      ask(attempt.app, (await ended(attempt, 'expires_at = now()')).accessToken),
    status: 401,
  },
  {
    name: 'a token of a disabled user',
    attempt: async (attempt) => ask(attempt.app, (await disabled(attempt)).accessToken),
    status: 401,
  },
  {
    name: 'an API key of a disabled user',
    attempt: async (attempt) =>
      ask(attempt.app, await apiKeyOf(attempt.app, await disabled(attempt))),
    status: 401,
  },
  {
    name: "an identity provider's token for a disabled user",
    attempt: async (attempt) => externally(attempt.app, attempt.issuer, await disabled(attempt)),
    status: 401,
  },
  {
    name: 'a refresh token of a disabled user',
    attempt: async (attempt) => {
      const { id, sessionId } = await disabled(attempt);
      return refresh(attempt.app, id, sessionId);
    },
    status: 401,
  },
  {
    name: "a refresh token for another user's session",
    attempt: ({ app, poor, rich }) => refresh(app, poor.id, rich.sessionId),
    status: 401,
  },
  {
    name: "a refresh token with another user's name on it",
    attempt: ({ app, poor, rich }) => {
      const [, , generation = '', mac = ''] = poor.refreshToken.split('.');
      const refreshToken = [rich.id, rich.sessionId, generation, mac].join('.');
      return app.http.post('/api/auth/refresh').send({ refreshToken });
    },
    status: 401,
  },
  {
    name: 'a token that was signed out just now',
    attempt: async ({ app, poor: { accessToken: token, refreshToken } }) => {
      await ask(app, token);
      await app.http.post('/api/auth/logout').send({ refreshToken });
      return ask(app, token);
    },
    status: 401,
  },
  {
    name: 'the password of a disabled user',
    attempt: async (attempt) => {
      const { email } = await disabled(attempt);
      return attempt.app.http.post('/api/auth/login').send({ email, password: PASSWORD });
    },
    status: 401,
  },
  {
    name: 'the password of a user who is disabled while it is checked',
    attempt: async (attempt) => {
      const { app } = attempt;
      const { id: userId } = await disabled(attempt);
      const [user] = await app.database.query<{ passwordHash: string }>(
        'SELECT password_hash AS "passwordHash" FROM users WHERE id = $1',
        [userId],
      );
      const session = { userId, id: userId, client: null, passwordHash: user?.passwordHash ?? '' };
      const sessions = app.nest.get(SessionsRepository);
      const isOpen = await app.nest
        .get(Database)
        .transaction({}, (tx) => sessions.openVerified(tx, session));
      return { status: isOpen ? 200 : 401 };
    },
    status: 401,
  },
  {
    name: 'a password from a strange network, while those are locked out',
    attempt: async ({ app, poor: { id, email } }) => {
      await app.database.query('UPDATE password_attempts SET failures = 50 WHERE user_id = $1', [
        id,
      ]);
      return app.http.post('/api/auth/login').send({ email, password: PASSWORD });
    },
    status: 401,
  },
  {
    name: 'a cursor of another user',
    attempt: async ({ app, poor, rich }) => {
      const { body } = await ask(app, rich.accessToken, '/api/tasks?limit=5');
      const cursor = encodeURIComponent(String(body.nextCursor));
      return ask(app, poor.accessToken, `/api/tasks?limit=5&cursor=${cursor}`);
    },
    status: 400,
  },
  {
    name: 'an API key without the right scope',
    attempt: async ({ app, poor }) => ask(app, await apiKeyOf(app, poor, ['audit:read'])),
    status: 403,
  },
  {
    name: 'an API key that names one user and is stored with another',
    attempt: async ({ app, poor, rich }) => {
      const key = await apiKeyOf(app, poor);
      await app.database.query('UPDATE api_keys SET user_id = $1 WHERE key_hash = $2', [
        rich.id,
        locateApiKey(key)?.hash,
      ]);
      return ask(app, key);
    },
    status: 401,
  },
  {
    name: "the use of an API key with the id of another user's key, told of theirs",
    attempt: async ({ app, poor: { id, apiKeyId }, rich }) => {
      await app.database.query('UPDATE api_keys SET id = $1 WHERE id = $2', [
        apiKeyId,
        rich.apiKeyId,
      ]);
      await app.nest.get(ApiKeysRepository).noteUse(id, apiKeyId);
      const used = await app.database.query(
        'SELECT FROM api_keys WHERE user_id = $1 AND last_used_at IS NOT NULL',
        [rich.id],
      );
      return { status: used.length === 0 ? 404 : 200 };
    },
    status: 404,
  },
  {
    name: 'an API key where no key may go',
    attempt: async ({ app, poor }) => ask(app, await apiKeyOf(app, poor), '/api/users/me'),
    status: 403,
  },
];

/** What is wrong with an attempt. */
export async function intrusion(
  app: TestApp,
  issuer: KeyIssuer,
  { name, attempt, status }: Access,
): Promise<string[]> {
  const answer = await attempt({ app, issuer, ...(await neighbours(app)) });
  return answer.status === status ? [] : [`${name} comes to ${String(answer.status)}`];
}

async function externally(app: TestApp, issuer: KeyIssuer, { id }: Person) {
  await app.database.query(
    `INSERT INTO external_identities (issuer, subject, user_id) VALUES ($1, $2, $3)`,
    [issuer.server.url, id, id],
  );
  return ask(app, await issuer.sign({ sub: id, jti: randomUUID() }));
}
