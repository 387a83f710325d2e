import { randomUUID } from 'node:crypto';
import { type RequestListener } from 'node:http';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { type TrustedIssuer } from '../../../src/config/issuers.js';
import { LoopbackServer } from './loopback-server.js';

const AUDIENCE = 'https://mindflow.example.com';
const LIFETIME_SECONDS = 900;

/** An issuer that signs whatever it is asked to, and can misbehave. */
export class KeyIssuer {
  /** Answers instead of it, while it misbehaves. */
  misbehaviour: RequestListener | null = null;
  /** Its public key. */
  published!: JWK & { kid: string };
  private key!: CryptoKey;

  private constructor(
    readonly server: LoopbackServer,
    private readonly alg: string,
  ) {}

  static async start(alg = 'EdDSA'): Promise<KeyIssuer> {
    const server = await LoopbackServer.start((request, response) => {
      if (issuer.misbehaviour) issuer.misbehaviour(request, response);
      else response.end(JSON.stringify(issuer.document(request.url)));
    });
    const issuer = new KeyIssuer(server, alg);
    await issuer.rotate();
    return issuer;
  }

  /** Where its keys are is left to be discovered. */
  get trusted(): TrustedIssuer {
    return { issuer: this.server.url, audience: AUDIENCE };
  }

  get keyFetches(): number {
    return this.server.count('/keys');
  }

  async rotate(): Promise<void> {
    const { publicKey, privateKey } = await generateKeyPair(this.alg);
    const kid = randomUUID();
    this.key = privateKey;
    this.published = { ...(await exportJWK(publicKey)), kid, alg: this.alg };
  }

  /** A good token, but for what is given; what is undefined is left out. */
  sign(
    claims: Record<string, unknown> = {},
    header: object = {},
    key?: CryptoKey | Uint8Array,
  ): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    const payload = {
      iss: this.server.url,
      aud: AUDIENCE,
      sub: randomUUID(),
      iat: now,
      exp: now + LIFETIME_SECONDS,
      ...claims,
    };
    const { kid } = this.published;
    return new SignJWT(JSON.parse(JSON.stringify(payload)) as typeof payload)
      .setProtectedHeader({ alg: this.alg, kid, ...header })
      .sign(key ?? this.key, { crit: { 'x-unknown': true } });
  }

  private document(path: string | undefined): object {
    if (path === '/keys') return { keys: [this.published] };
    return { issuer: this.server.url, jwks_uri: `${this.server.url}/keys` };
  }
}
