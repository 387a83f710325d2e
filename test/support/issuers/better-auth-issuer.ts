import { betterAuth } from 'better-auth';
import { type MemoryDB, memoryAdapter } from 'better-auth/adapters/memory';
import { toNodeHandler } from 'better-auth/node';
import { jwt } from 'better-auth/plugins';
import { type TrustedIssuer } from '../../../src/config/issuers.js';
import { jsonOf } from './json-of.js';
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

  /** Signs a new user up there, and returns how they get tokens. */
  async signUp(user: {
    email: string;
    name?: string;
    isVerified?: boolean;
  }): Promise<() => Promise<string>> {
    const { email, name = '', isVerified = false } = user;
    const { url } = this.server;
    const response = await fetch(`${url}/api/auth/sign-up/email`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Origin: url },
      body: JSON.stringify({ email, name, password: 'only known there' }),
    });
    const session = response.headers.getSetCookie().map((cookie) => cookie.split(';', 1)[0]);
    for (const row of this.tables['user'] ?? []) {
      if (row.email === email) Object.assign(row, { emailVerified: isVerified });
    }
    return async () => {
      const headers = { Cookie: session.join('; ') };
      const { token } = await jsonOf<{ token: string }>(
        fetch(`${url}/api/auth/token`, { headers }),
      );
      return token;
    };
  }

  /** Withdraws its keys: the next token is signed with a new one. */
  rotate(): void {
    this.tables['jwks'] = [];
  }
}
