import { createSecretKey, generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import { type JWTPayload, SignJWT } from 'jose';
import { derivedKey } from '../src/auth/derived-key.js';
import { eventually } from './support/eventually.js';
import { as, signUp, type TestUser } from './support/factories.js';
import { LoopbackServer } from './support/issuers/loopback-server.js';
import { TestApp } from './support/test-app.js';

describe('access tokens', () => {
  let app: TestApp;
  let ada: TestUser;
  beforeAll(async () => {
    app = await TestApp.start();
    ada = await signUp(app);
  });
  afterAll(() => app.stop());

  const now = () => Math.floor(Date.now() / 1000);
  const ask = (accessToken: string) =>
    as(app, { bearer: `Bearer ${accessToken}` }).get('/api/users/me');
  const claimsOf = (token: string) =>
    JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as JWTPayload;

  /** Ada's token with some claims or headers changed, signed correctly unless another key is given. */
  const forge = (
    claims: Record<string, unknown>,
    header: object = {},
    key: KeyObject = derivedKey(app.settings.SECRET_KEY, 'access tokens'),
  ) => {
    const payload = { ...claimsOf(ada.accessToken), ...claims };
    return new SignJWT(JSON.parse(JSON.stringify(payload)) as JWTPayload)
      .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', ...header })
      .sign(key, { crit: { 'x-unknown': true } });
  };

  it('are accepted when they are forged with the real key and nothing is changed', async () => {
    await ask(await forge({})).expect(200);
  });

  const changed: [string, Record<string, unknown>, object][] = [
    ['of another issuer', { iss: 'somebody' }, {}],
    ['for another audience', { aud: 'another-api' }, {}],
    ['of another type', {}, { typ: 'JWT' }],
    ['without a type', {}, { typ: undefined }],
    ['that have expired', { iat: now() - 100, exp: now() - 1 }, {}],
    ['without an expiry', { exp: undefined }, {}],
    ['older than tokens get, whatever they say', { iat: now() - 1000, exp: now() + 10_000 }, {}],
    ['from the future', { iat: now() + 100 }, {}],
    ['without their time of issue', { iat: undefined }, {}],
    ['not valid yet', { nbf: now() + 100 }, {}],
    ['without a user', { sub: undefined }, {}],
    ['without a session', { sid: undefined }, {}],
    ['of an unknown session', { sid: randomUUID() }, {}],
    ["whose session is another user's", { sub: randomUUID() }, {}],
    ['whose session is no UUID', { sid: 'x' }, {}],
    ['with another algorithm', {}, { alg: 'HS512' }],
    ['with an unknown critical header', {}, { crit: ['x-unknown'], 'x-unknown': true }],
  ];
  it.each(changed)('A07 %s are refused', async (_, claims, header) => {
    const response = await ask(await forge(claims, header));
    expect(response.status).toBe(401);
    expect(response.body.code).toBe('invalid_token');
    expect(response.headers['www-authenticate']).toBe(
      'Bearer realm="mindflow", error="invalid_token"',
    );
  });

  it('A07 signed with another key are refused, wherever they say it is, and nothing is fetched', async () => {
    const bait = await LoopbackServer.start((_request, response) => response.end('{"keys":[]}'));
    const jku = `${bait.url}/keys`;
    for (const key of [
      createSecretKey(Buffer.from(app.settings.SECRET_KEY)),
      derivedKey(app.settings.SECRET_KEY, 'refresh tokens'),
      derivedKey('another secret', 'access tokens'),
    ]) {
      const { body } = await ask(await forge({}, { kid: '../../dev/null', jku, x5u: jku }, key));
      expect(body.code).toBe('invalid_token');
    }
    expect(bait.requests).toEqual([]);
    await bait.stop();
  });

  it('A07 signed asymmetrically are refused', async () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const { body } = await ask(await forge({}, { alg: 'EdDSA' }, privateKey));
    expect(body.code).toBe('invalid_token');
  });

  it.each(['access_token', 'token'])('A07 in the query as %s are refused', async (name) => {
    const response = await app.http.get(`/api/users/me?${name}=${ada.accessToken}`);
    expect([response.status, response.body.code]).toEqual([401, 'invalid_token']);
    expect(response.headers['www-authenticate']).toContain('error="invalid_token"');
  });

  it('A07 without a signature are refused', async () => {
    const header = Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url');
    const payload = ada.accessToken.split('.')[1] ?? '';
    for (const token of [`${header}.${payload}.`, `${header}.${payload}`]) {
      expect((await ask(token)).body.code).toBe('invalid_token');
    }
  });

  it.each(['', 'x', 'a.b.c', 'é', 'x'.repeat(5000), 'two tokens'])(
    'that read %j are refused',
    async (token) => {
      const response = await app.http.get('/api/users/me').set('Authorization', `Bearer ${token} `);
      expect(response.status).toBe(401);
    },
  );

  it('that are refresh tokens are refused', async () => {
    expect((await ask(ada.refreshToken)).body.code).toBe('invalid_token');
  });

  it('end when they said they would, also those just used', async () => {
    const brief = await TestApp.start({
      database: app.database,
      settings: { ACCESS_TOKEN_TTL: 1 },
    });
    const grace = await signUp(brief);
    await eventually(() => as(brief, grace).get('/api/users/me').expect(401), 3000);
    await brief.stop();
  });

  it('of a disabled account are refused on every instance within five seconds', async () => {
    const other = await TestApp.start({ database: app.database });
    const grace = await signUp(app);
    for (const instance of [app, other]) {
      await as(instance, grace).get('/api/users/me').expect(200);
    }
    await app.database.query('UPDATE users SET is_active = false WHERE id = $1', [grace.user.id]);
    await eventually(async () => {
      for (const instance of [app, other]) {
        await as(instance, grace).get('/api/users/me').expect(401);
      }
    }, 5000);
    await other.stop();
  }, 15_000);

  it('are looked up once for many requests', async () => {
    const grace = await signUp(app);
    await as(app, grace).get('/api/users/me').expect(200);
    await app.database.query('DELETE FROM sessions WHERE user_id = $1', [grace.user.id]);
    await as(app, grace).get('/api/users/me').expect(200);
  });
});
