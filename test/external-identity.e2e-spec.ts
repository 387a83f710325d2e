import { randomUUID } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { as } from './support/factories.js';
import { BetterAuthIssuer } from './support/issuers/better-auth-issuer.js';
import { OidcIssuer } from './support/issuers/oidc-issuer.js';
import { TestApp } from './support/test-app.js';

describe('signing in with another identity provider', () => {
  it('works', async () => {
    const better = await BetterAuthIssuer.start();
    const rsa = await OidcIssuer.start('RS256', ['ada']);
    const ec = await OidcIssuer.start('ES256', ['ada']);
    const app = await TestApp.start({
      settings: { AUTH_ISSUERS: [better.trusted, rsa.trusted, ec.trusted] },
    });
    const cookie = await better.signUp({
      email: `${randomUUID()}@example.com`,
      name: 'Ada',
      isVerified: true,
    });
    for (const token of [
      await better.token(cookie),
      await rsa.token('ada'),
      await ec.token('ada'),
    ]) {
      console.log(decodeProtectedHeader(token), decodeJwt(token), token.length);
      const { status, body } = await as(app, { bearer: `Bearer ${token}` }).get('/api/users/me');
      console.log(status, body);
    }
    console.log(await app.database.query('select * from audit_logs'));
    console.log(better.server.requests, rsa.server.requests);
    await app.stop();
    for (const { server } of [better, rsa, ec]) await server.stop();
  }, 60000);
});
