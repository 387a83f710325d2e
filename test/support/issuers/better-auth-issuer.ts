import { betterAuth } from 'better-auth';
import { type MemoryDB, memoryAdapter } from 'better-auth/adapters/memory';
import { toNodeHandler } from 'better-auth/node';
import { jwt } from 'better-auth/plugins';
import { type TrustedIssuer } from '../../../src/config/issuers.js';
import { LoopbackServer } from './loopback-server.js';

const JWKS = '/api/auth/jwks';

/** Better Auth with its JWT plugin, as an application of its own runs it. It signs with EdDSA. */
export class BetterAuthIssuer {
  private constructor(
    readonly server: LoopbackServer,
    private readonly tables: MemoryDB,
  ) {}

  static async start(): Promise<BetterAuthIssuer> {
    const tables: MemoryDB = { user: [], session: [], account: [], verification: [], jwks: [] };
    const server = await LoopbackServer.start((request, response) => {
      void handler(request, response);
    });
    const handler = toNodeHandler(
      betterAuth({
        baseURL: server.url,
        secret: 'a secret of the identity provider alone',
        database: memoryAdapter(tables),
        emailAndPassword: { enabled: true },
        rateLimit: { enabled: false },
        telemetry: { enabled: false },
        plugins: [jwt()],
      }),
    );
    return new BetterAuthIssuer(server, tables);
  }

  get trusted(): TrustedIssuer {
    const { url } = this.server;
    return { issuer: url, audience: url, jwksUri: url + JWKS };
  }

  get keyFetches(): number {
    return this.server.count(JWKS);
  }

  /** Signs a new user up and returns their session's cookie. */
  async signUp(user: { email: string; name: string; isVerified?: boolean }): Promise<string> {
    const response = await fetch(`${this.server.url}/api/auth/sign-up/email`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Origin: this.server.url },
      body: JSON.stringify({ email: user.email, name: user.name, password: 'only known there' }),
    });
    expect(response.status).toBe(200);
    if (user.isVerified) {
      for (const row of this.tables['user'] ?? []) {
        if (row['email'] === user.email) row['emailVerified'] = true;
      }
    }
    return response.headers
      .getSetCookie()
      .map((cookie) => cookie.split(';', 1)[0])
      .join('; ');
  }

  /** A token for the user of a session, as a client of Better Auth gets it. */
  async token(cookie: string): Promise<string> {
    const response = await fetch(`${this.server.url}/api/auth/token`, { headers: { cookie } });
    expect(response.status).toBe(200);
    return ((await response.json()) as { token: string }).token;
  }

  /** Forgets its keys: the next token is signed by a new one. */
  rotate(): void {
    this.tables['jwks'] = [];
  }
}
