import { eventually } from './eventually.js';
import { rawRequest, sendRaw } from './raw-http.js';
import { type TestApp } from './test-app.js';

/** A request that is refused: raw, so that it may be anything. */
export interface Refusal {
  line?: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
  /** Instead of a request. */
  bytes?: string | Buffer;
  is: [status: number, code: string, action: string];
}

const MEMBERS = ['type', 'title', 'status', 'detail', 'instance', 'code', 'requestId'];
const INTERNALS =
  /\n\s+at |\.[jt]s:\d+|node_modules|\/src\/|SELECT |INSERT |UPDATE |_check\b|_pkey\b|_key\b|ECONN|postgres/i;

/** Sends it, and expects problem details with the headers of every answer, without internals, and one audit row. */
export async function expectRefusal(
  app: TestApp,
  bearer: string,
  { line = 'POST /api/tasks', headers, body, bytes, is: [status, code, action] }: Refusal,
): Promise<void> {
  const request = bytes ?? rawRequest(line, { Authorization: bearer, ...headers }, body);
  const answer = await sendRaw(app, request);
  expect({ status: answer.status, body: answer.body }).toMatchObject({ status });
  expect(answer.headers).toMatchObject(EVERY_ANSWER);
  expect(answer.headers).not.toHaveProperty('server');
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
  expect(answer.body).not.toMatch(INTERNALS);
  const problem = JSON.parse(answer.body) as Record<string, unknown>;
  const requestId = answer.headers['x-request-id'];
  expect(problem).toMatchObject({
    type: `/api/docs/errors#${code}`,
    title: expect.any(String),
    status,
    detail: expect.any(String),
    instance: `urn:uuid:${requestId ?? ''}`,
    code,
    requestId,
  });
  const hasErrors = code === 'validation_failed';
  expect(Object.keys(problem)).toEqual(hasErrors ? [...MEMBERS, 'errors'] : MEMBERS);
  const error_message = expect.stringMatching(new RegExp(`^${code}`)) as string;
  const row = { action, result: 'error', status_code: status, error_message };
  // A partition that is made just now hides its rows from those who waited for it.
  await eventually(async () => {
    const rows = await app.database.query(
      'SELECT action, result, status_code, error_message FROM audit_logs WHERE id = $1',
      [requestId],
    );
    expect(rows).toEqual([row]);
  });
}

/** What every answer has, whatever it answers. */
export const EVERY_ANSWER = {
  'content-security-policy': "default-src 'none';frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
};
