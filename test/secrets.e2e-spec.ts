import { randomUUID } from 'node:crypto';
import { type DestinationStream } from 'pino';
import { createLogger } from '../src/http/logger.js';
import { as, type TestUser } from './support/factories.js';
import { TestApp } from './support/test-app.js';

const COOKIE = 'c0okie-that-nobody-sets';
const QUERY_TOKEN = 'qu3ry-token-of-a-careless-client';
const FORGED = 'f0rged.access.token';
const PASSWORDS = {
  registered: 'p4ssword of the registration',
  changed: 'p4ssword after the change',
  guessed: 'p4ssword that is wrong',
  tooShort: 'p4ss',
};

describe('secrets', () => {
  const lines: string[] = [];
  const answers: string[] = [];
  let app: TestApp;
  beforeAll(async () => {
    const destination: DestinationStream = { write: (line) => void lines.push(line) };
    app = await TestApp.start({ provoked: ['23514'], log: createLogger('trace', destination) });
  });
  afterAll(() => app.stop());

  /** Sends what users send, right and wrong, and returns every secret that took part. */
  const useEverySecret = async (): Promise<Record<string, string>> => {
    const email = `${randomUUID()}@example.com`;
    const note = ({ status, text }: { status: number; text: string }) => {
      if (status >= 400) answers.push(text);
    };
    const post = async (path: string, body: object) => {
      const answer = await app.http
        .post(`/api/auth/${path}`)
        .set('Cookie', `session=${COOKIE}`)
        .send(body);
      note(answer);
      return answer.body as TestUser;
    };
    const first = await post('register', { email, password: PASSWORDS.registered });
    await post('register', { email, password: PASSWORDS.registered });
    await post('register', { email: 'x', password: PASSWORDS.registered, apiKey: QUERY_TOKEN });
    await post('register', { email, password: PASSWORDS.tooShort });
    await post('login', { email, password: PASSWORDS.guessed });
    await post('login', { email: PASSWORDS.guessed, password: PASSWORDS.guessed });
    const second = await post('login', { email, password: PASSWORDS.registered });
    const third = await post('refresh', { refreshToken: first.refreshToken });
    await post('refresh', { refreshToken: `${first.refreshToken}x` });
    await app.database.query(`UPDATE sessions SET rotated_at = now() - interval '11 seconds'`);
    await post('refresh', { refreshToken: first.refreshToken });
    await post('logout', { refreshToken: third.refreshToken });

    const bearer = `Bearer ${second.accessToken}`;
    const me = as(app, { bearer });
    note(await as(app, { bearer: `Bearer ${first.accessToken}` }).get('/api/users/me'));
    note(await as(app, { bearer: `Bearer ${FORGED}` }).get('/api/users/me'));
    note(await app.http.get(`/api/users/me?access_token=${QUERY_TOKEN}`));
    note(await me.get(`/api/tasks?access_token=${QUERY_TOKEN}`));
    note(await me.get(`/api/nowhere/${QUERY_TOKEN}?key=${QUERY_TOKEN}`));
    note(await me.post('/api/tasks').send({ title: 'a task', password: PASSWORDS.guessed }));
    const change = (currentPassword: string, newPassword: string) =>
      me.put('/api/users/me/password').send({ currentPassword, newPassword });
    note(await change(PASSWORDS.guessed, PASSWORDS.changed));
    note(await change(PASSWORDS.registered, PASSWORDS.tooShort));
    note(await change(PASSWORDS.registered, PASSWORDS.changed));
    // A failure inside: what PostgreSQL says of a row must not be repeated.
    await app.database.query('ALTER TABLE sessions ADD CONSTRAINT closed CHECK (false) NOT VALID');
    await post('login', { email, password: PASSWORDS.changed });
    await app.database.query('ALTER TABLE sessions DROP CONSTRAINT closed');
    note(await me.post('/api/users/me/delete').send({ password: PASSWORDS.guessed }));

    const [row] = await app.database.query<{ password_hash: string }>(
      'SELECT password_hash FROM users WHERE email = $1',
      [email],
    );
    return {
      ...PASSWORDS,
      'password hash': row?.password_hash ?? '',
      'access token': second.accessToken,
      'ended access token': first.accessToken,
      'forged access token': FORGED,
      'refresh token': second.refreshToken,
      'used refresh token': first.refreshToken,
      cookie: COOKIE,
      'token in a query': QUERY_TOKEN,
      'database password': new URL(app.settings.DATABASE_URL).password,
      'owner’s database password': new URL(app.settings.DATABASE_DIRECT_URL).password,
      'secret key': app.settings.SECRET_KEY,
    };
  };

  it('A12 are in no log, no audit row, no error body and no metric', async () => {
    const secrets = await useEverySecret();
    const rows = await app.database.query<{ row: string }>(
      'SELECT audit_logs::text AS row FROM audit_logs',
    );
    const { text: metrics } = await app.http.get('/metrics').expect(200);
    const places: Record<string, string> = {
      log: lines.join(''),
      record: rows.map(({ row }) => row).join('\n'),
      errors: answers.join('\n'),
      metrics,
    };
    for (const place of ['log', 'record', 'metrics'])
      expect(places[place]).toContain('REFRESH_TOKENS');
    expect(places['log']).toContain('validation let a bad value through');
    expect(places['errors']).toContain('A value is out of its bounds.');
    const leaks = Object.entries(secrets).flatMap(([secret, value]) =>
      value === ''
        ? []
        : Object.entries(places)
            .filter(([, text]) => text.includes(value))
            .map(([place]) => `${secret} in ${place}`),
    );
    expect(leaks).toEqual([]);
  });
});
