import { generateKeyPairSync } from 'node:crypto';
import Provider from 'oidc-provider';
import { type TrustedIssuer } from '../../../src/config/issuers.js';
import { jsonOf } from './json-of.js';
import { LoopbackServer } from './loopback-server.js';

const AUDIENCE = 'https://mindflow.example.com/api';
const SECRET = 'a secret that only the client knows';

/** A certified OpenID provider that issues access tokens (RFC 9068) for one API. */
export class OidcIssuer {
  private constructor(readonly server: LoopbackServer) {}

  /** @param clients who may ask it for tokens; each is the subject of its own */
  static async start(alg: 'RS256' | 'ES256', clients: string[]): Promise<OidcIssuer> {
    const server = await LoopbackServer.start((request, response) => {
      void handler(request, response);
    });
    const handler = new Provider(server.url, {
      clients: clients.map((client_id) => ({
        client_id,
        client_secret: SECRET,
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
        id_token_signed_response_alg: alg,
      })),
      jwks: { keys: [signingKey(alg)] },
      ttl: { ClientCredentials: 600 },
      features: {
        clientCredentials: { enabled: true },
        devInteractions: { enabled: false },
        resourceIndicators: {
          enabled: true,
          getResourceServerInfo: () => ({
            scope: '',
            audience: AUDIENCE,
            accessTokenFormat: 'jwt',
            jwt: { sign: { alg } },
          }),
        },
      },
    }).callback();
    return new OidcIssuer(server);
  }

  /** Without the address of its keys: those are to be discovered. */
  get trusted(): TrustedIssuer {
    return { issuer: this.server.url, audience: AUDIENCE };
  }

  async token(client: string): Promise<string> {
    const { access_token: token } = await jsonOf<{ access_token: string }>(
      fetch(`${this.server.url}/token`, {
        method: 'POST',
        headers: { Authorization: `Basic ${btoa(`${client}:${encodeURIComponent(SECRET)}`)}` },
        body: new URLSearchParams({ grant_type: 'client_credentials', resource: AUDIENCE }),
      }),
    );
    return token;
  }
}

function signingKey(alg: 'RS256' | 'ES256') {
  const { privateKey } =
    alg === 'RS256'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { ...privateKey.export({ format: 'jwk' }), alg, use: 'sig' };
}
