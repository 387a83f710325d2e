import { signUp, type TestUser } from '../support/factories.js';
import { rawRequest, sendRaw } from '../support/raw-http.js';
import { expectRefusal, type Refusal } from '../support/refusals.js';
import { TestApp } from '../support/test-app.js';

const MALFORMED = [400, 'malformed_request', 'LIST_TASKS'] as const;
const UNROUTED = [400, 'malformed_request', 'BAD_REQUEST'] as const;
const WRONG_METHOD = [405, 'method_not_allowed', 'UNKNOWN_ROUTE'] as const;
const TOO_LARGE = [431, 'headers_too_large', 'LIST_TASKS'] as const;

function get(target: string, is: readonly [...Refusal['is']], headers = {}): Refusal {
  return { line: `GET ${target}`, headers, is: [...is] };
}

function headers(count: number): Record<string, string> {
  const names = Array.from({ length: count }, (_, index) => `X-${String(index)}`);
  return Object.fromEntries(names.map((name) => [name, '1']));
}

const LONG = 'x'.repeat(16_384);

const HEADS: Record<string, Refusal> = {
  'P07 more than 16 KiB of headers': get('/api/tasks', TOO_LARGE, { 'X-Long': LONG }),
  'P07 more than 100 headers': get('/api/tasks', TOO_LARGE, headers(98)),
  'P07 more headers than Node keeps': get('/api/tasks', TOO_LARGE, headers(3000)),
  'P07 more than Node reads': get(
    '/api/tasks',
    [431, 'headers_too_large', 'BAD_REQUEST'],
    headers(30_000),
  ),
  'P07 an address of more than 16 KiB': get(`/api/tasks?q=${LONG}`, [
    414,
    'uri_too_long',
    'LIST_TASKS',
  ]),
  'P07 an unknown address of more than 16 KiB': get(`/${LONG}`, [
    414,
    'uri_too_long',
    'BAD_REQUEST',
  ]),
  'P07 bad percent-encoding in the query': get('/api/tasks?q=%zz', MALFORMED),
  'P07 half an escape in the query': get('/api/tasks?q=%4', MALFORMED),
  'P07 no host': {
    bytes: 'GET /api/tasks HTTP/1.1\r\nConnection: close\r\n\r\n',
    is: [...MALFORMED],
  },
  'P03 invalid UTF-8 in the query': get('/api/tasks?q=%ff', MALFORMED),
  'P03 half a surrogate pair in the query': get('/api/tasks?q=%ED%A0%80', MALFORMED),
  'P03 invalid UTF-8 in the name of a query field': get('/api/tasks?%ff=1', MALFORMED),
  'P03 NUL in the query': get('/api/tasks?q=a%00', [400, 'validation_failed', 'LIST_TASKS']),
  'P03 NUL in the path': get('/api/tasks/7%00', [400, 'malformed_request', 'GET_TASK']),
  'P03 half a surrogate pair in the path': get('/api/tasks/%ED%A0%80', UNROUTED),
  'P03 bytes beyond ASCII in the address': get('/api/tasks?q=\xff', UNROUTED),
  'P08 a tunnel': { line: 'CONNECT example.com:443', is: [...UNROUTED] },
  'P08 a method in lower case': { line: 'get /api/tasks', is: [...UNROUTED] },
  'P08 another version of HTTP': {
    bytes: 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    is: [...UNROUTED],
  },
  'P08 TRACE': { line: 'TRACE /api/tasks', is: [...WRONG_METHOD] },
  'P08 PROPFIND': { line: 'PROPFIND /api/tasks', is: [...WRONG_METHOD] },
  'P08 OPTIONS': { line: 'OPTIONS /api/tasks', is: [...WRONG_METHOD] },
  'P08 OPTIONS of everything': {
    line: 'OPTIONS *',
    is: [404, 'route_not_found', 'UNKNOWN_ROUTE'],
  },
  'P08 to delete the best task': { line: 'DELETE /api/tasks/best?x=1', is: [...WRONG_METHOD] },
  'P08 the same in a whole URL': {
    line: 'DELETE http://localhost/api/tasks/best',
    is: [...WRONG_METHOD],
  },
  'P08 PUT of the pending tasks': { line: 'PUT /api/tasks/pending', is: [...WRONG_METHOD] },
  'P09 what is no route beside one without a record': get('/health/nope', [
    404,
    'route_not_found',
    'UNKNOWN_ROUTE',
  ]),
};

describe('a request that is refused for its head', () => {
  let app: TestApp;
  let user: TestUser;
  beforeAll(async () => {
    app = await TestApp.start();
    user = await signUp(app);
  });
  afterAll(() => app.stop());

  it.each(Object.entries(HEADS))('is answered and recorded like any other: %s', (_, refusal) =>
    expectRefusal(app, user.bearer, refusal),
  );

  it.each([
    ['PATCH /api/tasks', 'GET, HEAD, POST'],
    ['DELETE /api/tasks/best', 'GET, HEAD'],
    ['PATCH /api/tasks/pending', 'GET, HEAD'],
    ['PUT /api/tasks/best', 'GET, HEAD'],
    ['PUT /api/tasks/7', 'DELETE, GET, HEAD, PATCH'],
    ['GET /api/auth/login', 'POST'],
    ['TRACE /api/tasks/7/complete', 'POST'],
    ['POST /api/preferences/habits', 'DELETE, GET, HEAD'],
  ])('P08 is told by Allow which methods there are instead of %s', async (line, allow) => {
    const { status, headers: answered } = await sendRaw(app, rawRequest(line));
    expect([status, answered['allow']]).toEqual([405, allow]);
  });

  it('P07 is not refused at the limits themselves', async () => {
    const authorization = { Authorization: user.bearer };
    // Host, Connection and Authorization are the other three.
    for (const accepted of [{ ...headers(97) }, { 'X-Long': 'x'.repeat(15_000) }]) {
      const request = rawRequest('GET /api/tasks', { ...accepted, ...authorization });
      expect((await sendRaw(app, request)).status).toBe(200);
    }
    const excluded = `GET /api/tasks/best?${`exclude=${'7'.repeat(95)}&`.repeat(150)}alternatives=1`;
    expect((await sendRaw(app, rawRequest(excluded, authorization))).status).toBe(200);
  });

  it('is not refused for an expectation, nor in HTTP/1.0 without a host', async () => {
    const expecting = rawRequest('GET /health/live', { Expect: 'the-unexpected' });
    expect((await sendRaw(app, expecting)).status).toBe(200);
    expect((await sendRaw(app, 'GET /health/live HTTP/1.0\r\n\r\n')).status).toBe(200);
  });
});

describe('limits that the operator has set', () => {
  let app: TestApp;
  beforeAll(async () => {
    const settings = { MAX_BODY_BYTES: 1024, MAX_HEADERS_BYTES: 2000, MAX_HEADERS: 20 };
    app = await TestApp.start({ settings: { ...settings, MAX_URL_BYTES: 300 } });
  });
  afterAll(() => app.stop());

  it.each<[string, Refusal]>([
    [
      'P05 of a body',
      {
        headers: { 'Content-Type': 'application/json', 'Content-Length': '1025' },
        body: '{'.repeat(1025),
        is: [413, 'payload_too_large', 'CREATE_TASK'],
      },
    ],
    ['P07 of all headers', get('/api/tasks', TOO_LARGE, { 'X-Long': 'x'.repeat(2000) })],
    ['P07 of the number of headers', get('/api/tasks', TOO_LARGE, headers(20))],
    ['P07 of an address', get(`/${'x'.repeat(300)}`, [414, 'uri_too_long', 'BAD_REQUEST'])],
  ])('count instead of the defaults: %s', (_, refusal) => expectRefusal(app, '', refusal));
});
