interface Tokens {
  email: string;
  accessToken: string;
  refreshToken: string;
}

const STORED = 'mindflow-session';

/** What the API said when it refused. */
class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** Who is signed in, for as long as the tab is open. It tells of a `change` when somebody comes or goes. */
class Session extends EventTarget {
  private tokens = restored();
  private renewal: Promise<void> | null = null;

  get email(): string | null {
    return this.tokens?.email ?? null;
  }

  /** @throws Refusal for wrong credentials */
  async signIn(email: string, password: string): Promise<void> {
    const tokens = await answer<Tokens>(post('/api/auth/login', { email, password }));
    this.keep({ ...tokens, email });
    this.dispatchEvent(new Event('change'));
  }

  /** Ends the session on the server too, if it can be reached. */
  async signOut(): Promise<void> {
    const { refreshToken } = this.tokens ?? {};
    this.forget();
    await post('/api/auth/logout', { refreshToken }).catch(() => undefined);
  }

  /**
   * What the API answers with, after one renewal of the tokens if they have expired.
   *
   * @throws Refusal for any other answer than a success
   */
  async get<T>(path: string): Promise<T> {
    const response = await this.fetch(path);
    if (response.status !== 401) return answer<T>(response);
    this.renewal ??= this.renew().finally(() => {
      this.renewal = null;
    });
    await this.renewal;
    return answer<T>(this.fetch(path));
  }

  private fetch(path: string): Promise<Response> {
    return fetch(path, { headers: { Authorization: `Bearer ${this.tokens?.accessToken ?? ''}` } });
  }

  private async renew(): Promise<void> {
    const { email = '', refreshToken } = this.tokens ?? {};
    try {
      const tokens = await answer<Tokens>(post('/api/auth/refresh', { refreshToken }));
      this.keep({ ...tokens, email });
    } catch (error) {
      if (error instanceof Refusal && error.status < 429) this.forget();
      throw error;
    }
  }

  private keep({ email, accessToken, refreshToken }: Tokens): void {
    this.tokens = { email, accessToken, refreshToken };
    sessionStorage.setItem(STORED, JSON.stringify(this.tokens));
  }

  private forget(): void {
    this.tokens = null;
    sessionStorage.removeItem(STORED);
    this.dispatchEvent(new Event('change'));
  }
}

/** The session of this tab. */
export const session = new Session();

function restored(): Tokens | null {
  return JSON.parse(sessionStorage.getItem(STORED) ?? 'null') as Tokens | null;
}

function post(path: string, body: object): Promise<Response> {
  const headers = { 'Content-Type': 'application/json' };
  return fetch(path, { method: 'POST', headers, body: JSON.stringify(body) });
}

async function answer<T>(sent: Response | Promise<Response>): Promise<T> {
  const response = await sent;
  const body = (await response.json()) as T;
  if (response.ok) return body;
  throw new Refusal(response.status, (body as { detail: string }).detail);
}
