import { randomUUID } from 'node:crypto';
import { type Answer, HttpClient } from './http-client.js';

const PASSWORD = 'correct horse battery staple';

/** A user of the service, who stays signed in as a frontend does: with the refresh token, else with the password. */
export class Account {
  private renewing: Promise<void> | null = null;

  private constructor(
    private readonly url: string,
    private readonly email: string,
    private tokens: Tokens,
  ) {}

  static async register(url: string): Promise<Account> {
    const email = `${randomUUID()}@example.com`;
    const answer = await post(url, '/api/auth/register', { email, password: PASSWORD });
    if (answer.status !== 201) throw failure('registering', answer);
    return new Account(url, email, tokensOf(answer));
  }

  /** The value of the Authorization header. */
  get bearer(): string {
    return `Bearer ${this.tokens.accessToken}`;
  }

  /** Gets new tokens; everybody who asks meanwhile waits for the same. */
  renew(): Promise<void> {
    this.renewing ??= this.refresh().finally(() => {
      this.renewing = null;
    });
    return this.renewing;
  }

  /** @throws Error when the password is not accepted */
  async signIn(): Promise<void> {
    const answer = await post(this.url, '/api/auth/login', {
      email: this.email,
      password: PASSWORD,
    });
    if (answer.status !== 200) throw failure('signing in', answer);
    this.tokens = tokensOf(answer);
  }

  private async refresh(): Promise<void> {
    const { refreshToken } = this.tokens;
    const answer = await post(this.url, '/api/auth/refresh', { refreshToken });
    if (answer.status === 200) this.tokens = tokensOf(answer);
    else await this.signIn();
  }
}

interface Tokens {
  accessToken: string;
  refreshToken: string;
}

async function post(url: string, path: string, body: object): Promise<Answer> {
  const client = new HttpClient(url);
  return client.send({ method: 'POST', path, body }).finally(() => {
    client.close();
  });
}

function tokensOf({ body }: Answer): Tokens {
  return { accessToken: String(body['accessToken']), refreshToken: String(body['refreshToken']) };
}

function failure(what: string, { status, body }: Answer): Error {
  return new Error(`${what} was answered with ${String(status)} ${String(body['code'])}`);
}
