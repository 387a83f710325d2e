import { randomUUID } from 'node:crypto';
import { hash } from '@node-rs/argon2';
import { SignJWT } from 'jose';
import { newApiKey } from '../../../src/auth/api-keys/api-key-text.js';
import { derivedKey } from '../../../src/auth/derived-key.js';
import { RefreshTokens } from '../../../src/auth/refresh-tokens.js';
import { type ScopeName, SCOPES } from '../../../src/http/scope.decorator.js';
import { PASSWORD } from '../operation-requests.js';
import { type TestApp } from '../test-app.js';
import { NOBODY_ID, POOR_ID, POSSESSIONS, RICH_ID } from './possessions.js';

/** A user with something in every table, and all that they can sign in with. */
export interface Person {
  id: string;
  email: string;
  sessionId: string;
  /** Of an open task: the last one. */
  taskId: string;
  taskNumber: number;
  apiKeyId: string;
  accessToken: string;
  refreshToken: string;
}

/** What makes people different. */
interface Wealth {
  id: string;
  tasks: number;
  apiKeys: number;
  weights: string;
  timezone: string;
  /** Wrong passwords from networks that nobody signed in from. */
  failures: number;
  isRich: boolean;
}

export const POOR: Wealth = {
  id: POOR_ID,
  tasks: 40,
  apiKeys: 1,
  weights: '10, 20, 30, 40',
  timezone: 'UTC',
  failures: 1,
  isRich: false,
};

/** First in every order, with more than the other of everything, and as many API keys as there may be. */
export const RICH: Wealth = {
  id: RICH_ID,
  tasks: 92,
  apiKeys: 50,
  weights: '70, 10, 10, 10',
  timezone: 'Asia/Tokyo',
  failures: 50,
  isRich: true,
};

const passwordHash = hash(PASSWORD, { memoryCost: 19_456, timeCost: 2, parallelism: 1 });

/** Makes a person by SQL: nothing is asked of the application, so nothing is on the record that is not put there. */
export async function settle(app: TestApp, wealth: Wealth): Promise<Person> {
  const { id, tasks: taskNumber } = wealth;
  const [sessionId, apiKeyId] = [idOf(id, 'a'), idOf(id, 'c')];
  await app.database.query(`INSERT INTO users (id, email, password_hash) VALUES ($1, $2, $3)`, [
    id,
    emailOf(id),
    await passwordHash,
  ]);
  const values = { ...wealth, session: sessionId, apiKey: apiKeyId };
  for (const statement of POSSESSIONS) await app.database.query(filledIn(statement, values));
  const [task] = await app.database.query<{ id: string }>(
    'SELECT id FROM tasks WHERE user_id = $1 AND number = $2',
    [id, taskNumber],
  );
  return {
    id,
    email: emailOf(id),
    sessionId,
    taskId: task?.id ?? '',
    taskNumber,
    apiKeyId,
    accessToken: await accessToken(app, { sub: id, sid: sessionId }),
    refreshToken: app.nest.get(RefreshTokens).issue({ userId: id, sessionId, generation: 0 }),
  };
}

/** An account that nobody can sign in to, before all others. */
export async function settleNobody({ database }: TestApp): Promise<void> {
  await database.query('INSERT INTO users (id, email) VALUES ($1, $2)', [
    NOBODY_ID,
    emailOf(NOBODY_ID),
  ]);
}

/** Takes everybody and the whole record away. */
export async function clear(app: TestApp): Promise<void> {
  await app.database.query('DELETE FROM users');
  await app.database.query('DELETE FROM audit_logs');
}

/** An access token that is new to the application, whatever it says; signed by the real key unless told otherwise. */
export function accessToken(
  app: TestApp,
  claims: { sub: string; sid: string; iat?: number; exp?: number },
  secret: string = app.settings.SECRET_KEY,
): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const payload = { iss: 'mindflow', aud: 'mindflow-api', iat: now, exp: now + 600, ...claims };
  return new SignJWT({ ...payload, jti: randomUUID() })
    .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' })
    .sign(derivedKey(secret, 'access tokens'));
}

/** An API key of a person, put into the table. */
export async function apiKeyOf(
  { database }: TestApp,
  { id }: Pick<Person, 'id'>,
  scopes: readonly ScopeName[] = SCOPES,
): Promise<string> {
  const { key, hash: keyHash } = newApiKey(id);
  await database.query(
    `INSERT INTO api_keys (user_id, id, name, key_hash, scopes) VALUES ($1, gen_random_uuid(), 'Test', $2, $3)`,
    [id, keyHash, scopes],
  );
  return key;
}

/** One of a person's own ids, the same each time. */
function idOf(userId: string, first: string): string {
  return `${first.repeat(8)}${userId.slice(8)}`;
}

function emailOf(id: string): string {
  return `${id}@example.com`;
}

function filledIn(statement: string, values: object): string {
  const texts = new Map(Object.entries(values).map(([name, value]) => [name, String(value)]));
  return statement.replace(/\{(\w+)\}/g, (braces, name: string) => texts.get(name) ?? braces);
}
