import { randomUUID } from 'node:crypto';
import { type RequestListener } from 'node:http';
import { jest } from '@jest/globals';
import { generateKeyPair } from 'jose';
import { type TrustedIssuer } from '../src/config/issuers.js';
import { eventually } from './support/eventually.js';
import { as } from './support/factories.js';
import { BetterAuthIssuer } from './support/issuers/better-auth-issuer.js';
import { KeyIssuer } from './support/issuers/key-issuer.js';
import { LoopbackServer } from './support/issuers/loopback-server.js';
import { TestApp } from './support/test-app.js';
import { TestDatabase } from './support/test-database.js';

const COOLDOWN_MS = 30_000;
const FRESH_MS = 600_000;

describe('the keys of an identity provider', () => {
  let database: TestDatabase;
  let issuer: KeyIssuer;
  let app: TestApp;
  /** Stands still but for `pass`, so that no slow machine ends a cooldown. */
  let nowMs = performance.now();
  beforeAll(async () => {
    database = await TestDatabase.create();
    jest.spyOn(performance, 'now').mockImplementation(() => nowMs);
  });
  beforeEach(async () => {
    issuer = await KeyIssuer.start();
    app = await trusting(issuer.trusted);
  });
  afterEach(async () => {
    await app.stop();
    await issuer.server.stop();
  });
  afterAll(async () => {
    jest.restoreAllMocks();
    await database.drop();
  });

  const trusting = (trusted: TrustedIssuer) =>
    TestApp.start({ database, settings: { AUTH_ISSUERS: [trusted] } });
  const pass = (ms: number) => {
    nowMs += ms;
  };
  const ask = async (token: string) => {
    const response = await as(app, { bearer: `Bearer ${token}` }).get('/api/users/me');
    const retryAfter = Number(response.headers['retry-after']);
    return { status: response.status, code: response.body.code as unknown, retryAfter };
  };
  /** With a token nobody has seen, so that nothing is remembered of it. */
  const statusOfNew = async (header: object = {}) =>
    (await ask(await issuer.sign({}, header))).status;

  it('A11 are fetched once for many requests, also for those at the same time', async () => {
    const tokens = await Promise.all(Array.from({ length: 20 }, () => issuer.sign()));
    const answers = await Promise.all(tokens.map(ask));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(issuer.server.requests).toEqual(['/.well-known/openid-configuration', '/keys']);
  });

  it('A11 are fetched at most once in 30 seconds, whatever flood of unknown ones tokens name', async () => {
    expect(await statusOfNew()).toBe(200);
    for (let half = 0; half < 4; half++) {
      const flood = await Promise.all(
        Array.from({ length: 50 }, () => issuer.sign({}, { kid: randomUUID() })),
      );
      const answers = await Promise.all(flood.map(ask));
      expect(new Set(answers.map(({ code }) => code))).toEqual(new Set(['invalid_token']));
      expect(issuer.keyFetches).toBe(1 + Math.floor(half / 2));
      pass(COOLDOWN_MS / 2);
    }
    expect(await statusOfNew()).toBe(200);
  });

  it('A11 are fetched anew when they were rotated, by Better Auth for one', async () => {
    const better = await BetterAuthIssuer.start();
    const instance = await trusting(better.trusted);
    const token = await better.signUp({ email: `${randomUUID()}@example.com` });
    const me = async () => {
      const bearer = `Bearer ${await token()}`;
      const { status, body } = await as(instance, { bearer }).get('/api/users/me');
      return { status, id: body.id as unknown };
    };
    const before = await me();
    pass(COOLDOWN_MS);
    better.rotate();
    expect(await me()).toEqual(before);
    better.rotate();
    expect(await me()).toMatchObject({ status: 401 });
    pass(COOLDOWN_MS);
    expect(await me()).toEqual(before);
    expect(better.keyFetches).toBe(3);
    await instance.stop();
    await better.server.stop();
  });

  it('are no longer believed ten minutes after they were withdrawn', async () => {
    const old = await Promise.all([issuer.sign(), issuer.sign()]);
    expect(await ask(old[0])).toMatchObject({ status: 200 });
    await issuer.rotate();
    pass(FRESH_MS);
    expect(await ask(old[1])).toMatchObject({ status: 401, code: 'invalid_token' });
    expect(await statusOfNew()).toBe(200);
  });

  it('A11 that cannot be fetched make tokens 503, not 401, until they can', async () => {
    await issuer.server.stop();
    const token = await issuer.sign();
    const down = await ask(token);
    const unavailable = { status: 503, code: 'identity_provider_unavailable' };
    expect(down).toEqual({ ...unavailable, retryAfter: 30 });
    await issuer.server.resume();
    pass(COOLDOWN_MS / 2);
    expect(await ask(token)).toEqual({ ...unavailable, retryAfter: 15 });
    expect(issuer.server.requests).toEqual([]);
    pass(COOLDOWN_MS / 2);
    expect(await ask(token)).toMatchObject({ status: 200 });
  });

  it('A11 go on to be used while they cannot be fetched; a token that needs others is 503', async () => {
    expect(await statusOfNew()).toBe(200);
    await issuer.server.stop();
    for (let round = 0; round < 3; round++) {
      pass(FRESH_MS);
      expect(await statusOfNew()).toBe(200);
      expect(await statusOfNew({ kid: randomUUID() })).toBe(503);
    }
    await issuer.rotate();
    await issuer.server.resume();
    pass(COOLDOWN_MS);
    expect(await statusOfNew()).toBe(200);
  });

  it('A11 that never come hold requests up once, not again and again', async () => {
    expect(await statusOfNew()).toBe(200);
    const [asked, givenUp] = [jest.fn(), jest.fn()];
    issuer.misbehaviour = (_request, response) => {
      asked();
      response.on('close', givenUp);
    };
    pass(FRESH_MS);
    expect(await statusOfNew()).toBe(200);
    await eventually(() => {
      expect(givenUp).toHaveBeenCalledTimes(1);
    });
    pass(COOLDOWN_MS);
    expect(await statusOfNew()).toBe(200);
    expect(givenUp).toHaveBeenCalledTimes(1);
    await eventually(() => {
      expect(asked).toHaveBeenCalledTimes(2);
    });
  }, 15_000);

  const answers = (body: string | object, status = 200): RequestListener => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return (_request, response) => response.writeHead(status).end(text);
  };
  const misbehaviours: [string, (url: string) => RequestListener][] = [
    ['an error', () => answers({}, 500)],
    ['no JSON', () => answers('<html>')],
    ['JSON that is no object', () => answers('null')],
    ['metadata of another issuer', (url) => answers({ issuer: 'x', jwks_uri: `${url}/keys` })],
    ['metadata without the place of the keys', (issuer) => answers({ issuer })],
    [
      'keys to be had from elsewhere without TLS',
      (issuer) => answers({ issuer, jwks_uri: 'http://192.0.2.1/keys' }),
    ],
    [
      'metadata without end',
      () => (_request, response) => {
        response.writeHead(200);
        const chunk = Buffer.alloc(65_536, ' ');
        const more = () => {
          if (!response.destroyed && response.write(chunk)) setImmediate(more);
        };
        response.on('drain', more);
        more();
      },
    ],
  ];
  it.each(misbehaviours)('are not to be had from one that answers with %s', async (_, behave) => {
    issuer.misbehaviour = behave(issuer.server.url);
    expect(await ask(await issuer.sign())).toMatchObject({
      status: 503,
      code: 'identity_provider_unavailable',
    });
    expect(issuer.keyFetches).toBe(0);
  });

  const publish = (keys: object) => {
    const { url } = issuer.server;
    const metadata = { issuer: url, jwks_uri: `${url}/keys` };
    issuer.misbehaviour = (request, response) => {
      response.end(JSON.stringify(request.url === '/keys' ? keys : metadata));
    };
  };
  it.each([{ keys: 'none' }, [], { keys: [null] }])('are not %j', async (keys) => {
    publish(keys);
    expect((await ask(await issuer.sign())).status).toBe(503);
  });

  it('are not fetched from where an answer redirects to', async () => {
    const elsewhere = await LoopbackServer.start((_request, response) => response.end('{}'));
    issuer.misbehaviour = (_request, response) =>
      response.writeHead(302, { Location: elsewhere.url }).end();
    expect((await ask(await issuer.sign())).status).toBe(503);
    expect(elsewhere.requests).toEqual([]);
    await elsewhere.stop();
  });

  it('A07 sign nothing when they are too weak or of no use', async () => {
    const { privateKey } = await generateKeyPair('RS256');
    const weak = {
      kty: 'RSA',
      kid: 'weak',
      e: 'AQAB',
      n: Buffer.alloc(128, 0xff).toString('base64url'),
    };
    publish({ keys: [weak, { ...weak, kid: 'broken', n: '!' }] });
    for (const kid of ['weak', 'broken']) {
      const token = await issuer.sign({}, { alg: 'RS256', kid }, privateKey);
      expect(await ask(token)).toMatchObject({ status: 401, code: 'invalid_token' });
    }
  });
});
