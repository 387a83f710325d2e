import { type CreatedApiKey } from '../../src/auth/api-keys/dto/api-key.response.js';
import { type ScopeName, SCOPES } from '../../src/http/scope.decorator.js';
import { type as } from './factories.js';

/** What came of making an API key, with the value of its Authorization header. */
export type TestApiKey = CreatedApiKey & { bearer: string };

/** Makes an API key of a signed-in user; one that may do everything a key may, unless told otherwise. */
export async function createApiKey(
  client: ReturnType<typeof as>,
  scopes: readonly ScopeName[] = SCOPES,
  expiresAt: Date | null = null,
): Promise<TestApiKey> {
  const body = { name: 'Script', scopes, ...(expiresAt && { expiresAt }) };
  const response = await client.post('/api/auth/api-keys').send(body);
  expect(response.status).toBe(201);
  const created = response.body as CreatedApiKey;
  return Object.assign(created, { bearer: `Bearer ${created.key}` });
}
