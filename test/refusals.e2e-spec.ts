import { gzipSync } from 'node:zlib';
import { type TestUser, signUp } from './support/factories.js';
import { rawRequest, sendRaw } from './support/raw-http.js';
import { expectRefusal, type Refusal } from './support/refusals.js';
import { TestApp } from './support/test-app.js';

const JSON_TYPE = { 'Content-Type': 'application/json' };
const BIG = JSON.stringify({ title: 'x', description: 'x'.repeat(70_000) });

/** A refused POST /api/tasks. */
function post(
  body: string | Buffer,
  is: [number, string],
  headers: Record<string, string> = {},
): Refusal {
  const length = { 'Content-Length': String(Buffer.byteLength(body)) };
  return { headers: { ...JSON_TYPE, ...length, ...headers }, body, is: [...is, 'CREATE_TASK'] };
}

const REFUSALS: Record<string, Refusal> = {
  'an unknown route': { line: 'GET /nowhere', is: [404, 'route_not_found', 'UNKNOWN_ROUTE'] },
  'an unknown route with a body': {
    ...post('{}', [404, '']),
    line: 'POST /nowhere',
    is: [404, 'route_not_found', 'UNKNOWN_ROUTE'],
  },
  'an unknown route with a body that is no JSON': {
    ...post('{', [404, '']),
    line: 'POST /nowhere',
    is: [400, 'malformed_json', 'BAD_REQUEST'],
  },
  'the wrong method of a known path': {
    line: 'PATCH /api/tasks',
    is: [405, 'method_not_allowed', 'UNKNOWN_ROUTE'],
  },
  'P08 an unknown method': {
    line: 'BREW /api/tasks',
    is: [400, 'malformed_request', 'BAD_REQUEST'],
  },
  'P07 a path with bad percent-encoding': {
    line: 'GET /api/tasks/%E0%A4%A',
    is: [400, 'malformed_request', 'BAD_REQUEST'],
  },
  'P07 a path with percent-encoded nonsense': {
    line: 'GET /%zz',
    is: [400, 'malformed_request', 'BAD_REQUEST'],
  },
  'P03 a path with invalid UTF-8': {
    line: 'GET /api/tasks/%ff',
    is: [400, 'malformed_request', 'BAD_REQUEST'],
  },
  'P07 a long parameter': {
    line: `GET /api/tasks/${'x'.repeat(300)}`,
    is: [414, 'uri_too_long', 'BAD_REQUEST'],
  },
  'P07 headers beyond their limit': {
    headers: { 'X-Long': 'x'.repeat(70_000) },
    is: [431, 'headers_too_large', 'BAD_REQUEST'],
  },
  'what is no HTTP': { bytes: 'garbage\r\n\r\n', is: [400, 'malformed_request', 'BAD_REQUEST'] },
  'a TLS greeting': {
    bytes: '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n',
    is: [400, 'malformed_request', 'BAD_REQUEST'],
  },
  'contradictory lengths': {
    headers: { 'Content-Length': '2', 'Transfer-Encoding': 'chunked' },
    is: [400, 'malformed_request', 'BAD_REQUEST'],
  },
  'an anonymous request': {
    headers: { Authorization: '' },
    line: 'GET /api/tasks',
    is: [401, 'unauthorized', 'LIST_TASKS'],
  },
  'a false token': {
    headers: { Authorization: 'Bearer no.such.token' },
    line: 'GET /api/tasks',
    is: [401, 'invalid_token', 'LIST_TASKS'],
  },
  'P01 an array': post('[]', [400, 'validation_failed']),
  'P01 null': post('null', [400, 'validation_failed']),
  'P01 a string': post('"x"', [400, 'validation_failed']),
  'P01 a number': post('1', [400, 'validation_failed']),
  'P01 an empty body': post('', [400, 'validation_failed']),
  'P01 white space': post('  ', [400, 'malformed_json']),
  'P01 two documents': post('{}{}', [400, 'malformed_json']),
  'P02 __proto__': post('{"title":"x","__proto__":{"polluted":1}}', [400, 'malformed_json']),
  'P02 constructor.prototype': post('{"title":"x","constructor":{"prototype":{"polluted":1}}}', [
    400,
    'malformed_json',
  ]),
  'P02 __proto__ in depth': post('{"title":"x","tags":[{"__proto__":{}}]}', [
    400,
    'malformed_json',
  ]),
  'P03 NUL': post(String.raw`{"title":"a\u0000b"}`, [400, 'validation_failed']),
  'P03 NUL in a name': post(String.raw`{"a\u0000b":"x"}`, [400, 'validation_failed']),
  'P03 half a surrogate pair': post(String.raw`{"title":"\ud83d"}`, [400, 'validation_failed']),
  'P03 a reversed surrogate pair': post(String.raw`{"title":"\ude00\ud83d"}`, [
    400,
    'validation_failed',
  ]),
  'P03 invalid UTF-8': post(Buffer.from('{"title":"\xff"}', 'latin1'), [400, 'malformed_json']),
  'P03 an overlong form': post(Buffer.from('{"title":"\xc0\x80"}', 'latin1'), [
    400,
    'malformed_json',
  ]),
  'P04 nesting': post(`{"a":${'['.repeat(33)}${']'.repeat(33)}}`, [400, 'validation_failed']),
  'P04 abysmal nesting': post('['.repeat(60_000), [400, 'malformed_json']),
  'P04 closed abysmal nesting': post('['.repeat(30_000) + ']'.repeat(30_000), [
    400,
    'validation_failed',
  ]),
  'P05 a body beyond 64 KiB': post(BIG, [413, 'payload_too_large']),
  'P05 a chunked body beyond 64 KiB': {
    headers: { ...JSON_TYPE, 'Transfer-Encoding': 'chunked' },
    body: `${BIG.length.toString(16)}\r\n${BIG}\r\n0\r\n\r\n`,
    is: [413, 'payload_too_large', 'CREATE_TASK'],
  },
  'a body in chunks that are none': {
    headers: { ...JSON_TYPE, 'Transfer-Encoding': 'chunked' },
    body: '5\r\n{"tit\r\nnonsense\r\n',
    is: [400, 'malformed_request', 'CREATE_TASK'],
  },
  'P05 a compressed body': post(gzipSync('{"title":"x"}'), [415, 'unsupported_media_type'], {
    'Content-Encoding': 'gzip',
  }),
  'P05 plain text': post('{"title":"x"}', [415, 'unsupported_media_type'], {
    'Content-Type': 'text/plain',
  }),
  'P05 a form': post('title=x', [415, 'unsupported_media_type'], {
    'Content-Type': 'application/x-www-form-urlencoded',
  }),
  'P05 a multipart form': post('--x--', [415, 'unsupported_media_type'], {
    'Content-Type': 'multipart/form-data; boundary=x',
  }),
  'P05 a body of no type': {
    ...post('{"title":"x"}', [415, '']),
    headers: { 'Content-Length': '13' },
    is: [415, 'unsupported_media_type', 'CREATE_TASK'],
  },
  'P06 a type that only looks like JSON': post('{"title":"x"}', [415, 'unsupported_media_type'], {
    'Content-Type': 'application/jsonp',
  }),
};

describe('a refused request', () => {
  let app: TestApp;
  let user: TestUser;
  beforeAll(async () => {
    app = await TestApp.start();
    user = await signUp(app);
  });
  afterAll(() => app.stop());

  it.each(Object.entries(REFUSALS))(
    'is answered with problem details and one audit row: %s',
    (_, refusal) => expectRefusal(app, user.bearer, refusal),
  );

  it('leaves no other row behind than its own', async () => {
    const count = async () => {
      const rows = await app.database.query('SELECT FROM audit_logs');
      return rows.length;
    };
    const before = await count();
    await sendRaw(app, 'garbage\r\n\r\n');
    await sendRaw(app, rawRequest('GET /%zz'));
    await sendRaw(app, rawRequest('GET /nowhere'));
    expect((await count()) - before).toBe(3);
  });

  it('P02 pollutes nothing', () => {
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
