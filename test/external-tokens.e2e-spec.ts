import { randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair } from 'jose';
import { as } from './support/factories.js';
import { KeyIssuer } from './support/issuers/key-issuer.js';
import { LoopbackServer } from './support/issuers/loopback-server.js';
import { TestApp } from './support/test-app.js';

const DAY_SECONDS = 86_400;

describe('tokens of another identity provider', () => {
  let app: TestApp;
  let issuer: KeyIssuer;
  let another: KeyIssuer;
  let bait: LoopbackServer;
  beforeAll(async () => {
    issuer = await KeyIssuer.start();
    another = await KeyIssuer.start('ES256');
    bait = await LoopbackServer.start((_request, response) => response.end('{"keys":[]}'));
    app = await TestApp.start({ settings: { AUTH_ISSUERS: [issuer.trusted, another.trusted] } });
  });
  afterAll(async () => {
    await app.stop();
    for (const server of [issuer.server, another.server, bait]) await server.stop();
  });

  const now = () => Math.floor(Date.now() / 1000);
  const ask = (token: string) => as(app, { bearer: `Bearer ${token}` }).get('/api/users/me');
  /** How a token fared, and what was fetched because of it. */
  const outcomeOf = async (token: string) => {
    const { status, body, headers } = await ask(token);
    const challenge = headers['www-authenticate'] as unknown;
    const own = ['/.well-known/openid-configuration', '/keys'];
    const strayed = issuer.server.requests.filter((path) => !own.includes(path));
    const fetched = [...bait.requests, ...strayed];
    return { status, code: body.code as unknown, challenge, fetched };
  };
  const REFUSED = {
    status: 401,
    code: 'invalid_token',
    challenge: 'Bearer realm="mindflow", error="invalid_token"',
    fetched: [],
  };

  const good: [string, () => Record<string, unknown>, object][] = [
    ['as they are', () => ({}), {}],
    ['of the type at+jwt', () => ({}), { typ: 'at+jwt' }],
    ['of the type application/at+jwt', () => ({}), { typ: 'application/AT+JWT' }],
    ['of the type JWT', () => ({}), { typ: 'JWT' }],
    ['without the name of a key, when there is but one', () => ({}), { kid: undefined }],
    ['for several audiences', () => ({ aud: ['x', issuer.trusted.audience] }), {}],
    ['that last a day', () => ({ iat: now(), exp: now() + DAY_SECONDS }), {}],
    ['of a clock that runs ahead a little', () => ({ iat: now() + 20 }), {}],
    ['whose subject has 255 characters', () => ({ sub: 'é'.repeat(255) }), {}],
    ['with a whole profile in them', () => ({ image: 'x'.repeat(5000) }), {}],
  ];
  it.each(good)('are taken %s', async (_, claims, header) => {
    expect((await ask(await issuer.sign(claims(), header))).status).toBe(200);
  });

  const claims: [string, () => Record<string, unknown>][] = [
    ['for another audience', () => ({ aud: 'https://another.example.com' })],
    ['for an audience that begins like ours', () => ({ aud: `${issuer.trusted.audience}.org` })],
    ['for no audience', () => ({ aud: undefined })],
    ['for nobody', () => ({ aud: [] })],
    ['that have expired', () => ({ iat: now() - 100, exp: now() - 1 })],
    ['without an expiry', () => ({ exp: undefined })],
    ['whose expiry is no number', () => ({ exp: '2030-01-01' })],
    ['with an expiry too far away', () => ({ exp: now() + DAY_SECONDS + 60 })],
    ['with an expiry that is out of this world', () => ({ exp: 1e300 })],
    ['that are too old', () => ({ iat: now() - 2 * DAY_SECONDS })],
    ['from the future', () => ({ iat: now() + 100 })],
    ['without their time of issue', () => ({ iat: undefined })],
    ['not valid yet', () => ({ nbf: now() + 100 })],
    ['without a subject', () => ({ sub: undefined })],
    ['with an empty subject', () => ({ sub: '' })],
    ['whose subject is a number', () => ({ sub: 7 })],
    ['whose subject is a list', () => ({ sub: ['x'] })],
    ['whose subject is too long', () => ({ sub: 'x'.repeat(256) })],
    ['whose subject has a NUL', () => ({ sub: 'x\0y' })],
    ['whose subject has half a character', () => ({ sub: '\ud800' })],
    ['of an issuer nobody trusts', () => ({ iss: 'https://evil.example.com' })],
    ['of an issuer that is almost trusted', () => ({ iss: `${issuer.server.url}/` })],
    ['of a trusted issuer in another case', () => ({ iss: issuer.server.url.toUpperCase() })],
    ['of another trusted issuer', () => ({ iss: another.server.url })],
    ['of two issuers', () => ({ iss: [issuer.server.url] })],
    ['of ours', () => ({ iss: 'mindflow' })],
    ['without an issuer', () => ({ iss: undefined })],
    ['that are bound to a key', () => ({ cnf: { jkt: 'x' } })],
    [
      'that tell of a logout',
      () => ({ events: { 'http://schemas.openid.net/event/backchannel-logout': {} } }),
    ],
  ];
  it.each(claims)('A07 %s are refused', async (_, changed) => {
    expect(await outcomeOf(await issuer.sign(changed()))).toEqual(REFUSED);
  });

  const headers: [string, () => object][] = [
    ['of a type for logging out', () => ({ typ: 'logout+jwt' })],
    ['of a type for proving a key', () => ({ typ: 'dpop+jwt' })],
    ['of a type that is no text', () => ({ typ: 7 })],
    ['with a critical header nobody knows', () => ({ crit: ['x-unknown'], 'x-unknown': true })],
    ['with an unknown kid', () => ({ kid: randomUUID() })],
    ['with a kid that is a path', () => ({ kid: '../../../../dev/null' })],
    ['with a kid that is an address', () => ({ kid: `${bait.url}/keys` })],
    ['with a kid that is SQL', () => ({ kid: "' OR 1=1 --" })],
    ['with a kid that is no text', () => ({ kid: { $ne: null } })],
    ['with a huge kid', () => ({ kid: 'x'.repeat(5000) })],
    ['with a kid of every object', () => ({ kid: '__proto__' })],
  ];
  it.each(headers)('A07 %s are refused', async (_, header) => {
    expect(await outcomeOf(await issuer.sign({}, header()))).toEqual(REFUSED);
  });

  it('A07 signed with a key of their own are refused, wherever they say it is, and nothing is fetched', async () => {
    const { publicKey, privateKey } = await generateKeyPair('EdDSA', { extractable: true });
    const jwk = { ...(await exportJWK(publicKey)), kid: 'mine' };
    for (const header of [
      {},
      { kid: undefined },
      { kid: 'mine', jwk },
      { kid: 'mine', jku: `${bait.url}/keys` },
      { kid: 'mine', x5u: `${bait.url}/certificate`, x5c: ['MIIB'] },
    ]) {
      expect(await outcomeOf(await issuer.sign({}, header, privateKey))).toEqual(REFUSED);
    }
  });

  it('A07 with a genuine signature are taken whatever else their header says, and nothing is fetched', async () => {
    const header = { jku: `${bait.url}/keys`, x5u: `${bait.url}/certificate` };
    await ask(await issuer.sign({}, header)).expect(200);
    expect(bait.requests).toEqual([]);
  });

  it('A07 of an algorithm that is not allowed are refused, however well they are signed', async () => {
    const strong = await KeyIssuer.start('ES384');
    const picky = await TestApp.start({
      database: app.database,
      settings: { AUTH_ISSUERS: [strong.trusted] },
    });
    const bearer = `Bearer ${await strong.sign()}`;
    const { status, body } = await as(picky, { bearer }).get('/api/users/me');
    expect([status, body.code]).toEqual([401, 'invalid_token']);
    expect(strong.server.requests).toEqual([]);
    await picky.stop();
    await strong.server.stop();
  });

  it('A07 signed by a shared secret are refused, the public key being one', async () => {
    const { published } = issuer;
    const { x = '' } = published;
    for (const secret of [x, Buffer.from(x, 'base64url'), JSON.stringify(published)]) {
      const token = await issuer.sign({}, { alg: 'HS256' }, new Uint8Array(Buffer.from(secret)));
      expect(await outcomeOf(token)).toEqual(REFUSED);
    }
  });

  it('A07 signed with a key of another kind under the same name are refused', async () => {
    const { kid } = another.published;
    expect(await outcomeOf(await issuer.sign({}, { kid }))).toEqual(REFUSED);
    const { privateKey } = await generateKeyPair('RS256');
    const token = await issuer.sign({}, { alg: 'RS256' }, privateKey);
    expect(await outcomeOf(token)).toEqual(REFUSED);
  });

  it('A07 without a signature, or with that of another token, are refused', async () => {
    const [header = '', payload = '', signature = ''] = (await issuer.sign()).split('.');
    const [, forged = ''] = (await issuer.sign({ sub: 'root' })).split('.');
    const withFirstCharacterChanged = (text: string) =>
      `${text.startsWith('A') ? 'B' : 'A'}${text.slice(1)}`;
    const none = (alg: string) => Buffer.from(JSON.stringify({ alg })).toString('base64url');
    for (const token of [
      `${none('none')}.${payload}.`,
      `${none('None')}.${payload}.${signature}`,
      `${header}.${payload}.`,
      `${header}.${payload}`,
      `${header}.${forged}.${signature}`,
      `${header}.${payload}.${signature}.`,
      `${header}.${payload}.${withFirstCharacterChanged(signature)}`,
      `.${payload}.${signature}`,
    ]) {
      expect(await outcomeOf(token)).toEqual(REFUSED);
    }
  });

  it.each(['access_token', 'token'])('A07 in the query as %s are refused', async (name) => {
    const response = await app.http.get(`/api/users/me?${name}=${await issuer.sign()}`);
    expect([response.status, response.body.code]).toEqual([401, 'invalid_token']);
    expect(response.headers['www-authenticate']).toContain('error="invalid_token"');
  });

  it('leave no trace of a user when they are refused', async () => {
    const sub = randomUUID();
    expect(await outcomeOf(await issuer.sign({ sub, exp: undefined }))).toEqual(REFUSED);
    expect(
      await app.database.query('SELECT 1 FROM external_identities WHERE subject = $1', [sub]),
    ).toEqual([]);
  });

  it('are nothing to a service that trusts nobody', async () => {
    const alone = await TestApp.start({ database: app.database });
    const bearer = `Bearer ${await issuer.sign()}`;
    await as(alone, { bearer }).get('/api/users/me').expect(401);
    await alone.stop();
  });
});
