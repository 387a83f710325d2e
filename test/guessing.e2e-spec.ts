import { randomUUID } from 'node:crypto';
import { as, signUp, type TestUser } from './support/factories.js';
import { TestApp } from './support/test-app.js';

const ATTEMPTS = 10;
const HOME = '198.51.100.1';

describe('guessing passwords', () => {
  let app: TestApp;
  let other: TestApp;
  beforeAll(async () => {
    app = await TestApp.start({ settings: { TRUST_PROXY: ['127.0.0.1'] } });
    other = await TestApp.start({
      database: app.database,
      settings: { TRUST_PROXY: ['127.0.0.1'] },
    });
  });
  afterAll(async () => {
    await other.stop();
    await app.stop();
  });

  const loginTo = (instance: TestApp, email: string, password: string, address: string) =>
    instance.http.post('/api/auth/login').set('X-Forwarded-For', address).send({ email, password });
  const login = ({ email }: TestUser, password: string, address = HOME) =>
    loginTo(app, email, password, address);
  const signUpAt = async (address: string): Promise<TestUser> => {
    const registration = {
      email: `${randomUUID()}@example.com`,
      password: 'correct horse battery staple',
    };
    const { body } = await app.http
      .post('/api/auth/register')
      .set('X-Forwarded-For', address)
      .send(registration)
      .expect(201);
    return { ...registration, ...body, bearer: `Bearer ${body.accessToken as string}` } as TestUser;
  };
  const guess = async (ada: TestUser, count: number, address: (index: number) => string) => {
    for (let index = 0; index < count; index++) {
      await login(ada, `guess ${String(index)}`, address(index)).expect(401);
    }
  };
  const atHome = () => HOME;
  const stranger = (index: number) => `203.0.113.${String(index)}`;
  /** As if the last wrong password had come so much earlier. */
  const letPass = (ada: TestUser, seconds: number) =>
    app.database.query(
      `UPDATE password_attempts SET failed_at = failed_at - make_interval(secs => $2) WHERE user_id = $1`,
      [ada.user.id, seconds],
    );
  const sources = (ada: TestUser) =>
    app.database.query(
      'SELECT source, failures FROM password_attempts WHERE user_id = $1 ORDER BY source',
      [ada.user.id],
    );

  it('A02 locks the account from the tenth wrong password, for a minute', async () => {
    const ada = await signUpAt(HOME);
    await guess(ada, ATTEMPTS - 1, atHome);
    await login(ada, ada.password).expect(200);
    await guess(ada, ATTEMPTS, atHome);
    await login(ada, ada.password).expect(401);
    await letPass(ada, 40);
    await login(ada, ada.password).expect(401);
    await letPass(ada, 20);
    await login(ada, ada.password).expect(200);
    expect(await sources(ada)).toEqual([{ source: `network ${HOME}`, failures: 0 }]);
  });

  it('A02 doubles the lock with every further wrong password, up to a quarter of an hour', async () => {
    const ada = await signUpAt(HOME);
    await guess(ada, ATTEMPTS, atHome);
    for (const lockSeconds of [60, 120, 240, 480, 900, 900]) {
      await letPass(ada, lockSeconds - 20);
      await login(ada, ada.password).expect(401);
      await letPass(ada, 20);
      await guess(ada, 1, atHome);
    }
    await letPass(ada, 901);
    await login(ada, ada.password).expect(200);
  });

  it('A02 is not prolonged by attempts during the lock', async () => {
    const ada = await signUpAt(HOME);
    await guess(ada, ATTEMPTS + 5, atHome);
    expect(await sources(ada)).toEqual([{ source: `network ${HOME}`, failures: ATTEMPTS }]);
    await letPass(ada, 61);
    await login(ada, ada.password).expect(200);
  });

  it('A02 forgets wrong passwords after a day without one', async () => {
    const ada = await signUpAt(HOME);
    await guess(ada, ATTEMPTS - 1, atHome);
    await letPass(ada, 86_400);
    await guess(ada, 1, atHome);
    expect(await sources(ada)).toEqual([{ source: `network ${HOME}`, failures: 1 }]);
  });

  it('A02 says during the lock what it says of any wrong password', async () => {
    const [ada, grace] = [await signUpAt(HOME), await signUpAt(HOME)];
    await guess(ada, ATTEMPTS, atHome);
    const answers = [
      await login(ada, ada.password),
      await login(ada, 'another guess'),
      await login(grace, 'a first guess'),
    ].map(({ status, body, headers }) => ({
      status,
      body: { ...(body as object), instance: null, requestId: null },
      headers: { ...headers, date: null, 'x-request-id': null },
    }));
    expect(answers[0]).toMatchObject({ status: 401, body: { code: 'invalid_credentials' } });
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
  });

  it('A02 records every refusal once, whatever its reason', async () => {
    const ada = await signUpAt(HOME);
    await guess(ada, ATTEMPTS, atHome);
    const { headers } = await login(ada, ada.password).expect(401);
    expect(
      await app.database.query(
        'SELECT action, result, status_code, user_id, error_message FROM audit_logs WHERE id = $1',
        [headers['x-request-id']],
      ),
    ).toEqual([
      {
        action: 'LOGIN',
        result: 'error',
        status_code: 401,
        user_id: null,
        error_message: 'invalid_credentials: The e-mail address or the password is wrong.',
      },
    ]);
  });

  it('A02 leaves a live session alone', async () => {
    const ada = await signUpAt(HOME);
    await guess(ada, ATTEMPTS, atHome);
    await as(app, ada).get('/api/users/me').expect(200);
    const { refreshToken } = ada;
    await app.http
      .post('/api/auth/refresh')
      .set('X-Forwarded-For', HOME)
      .send({ refreshToken })
      .expect(200);
    await as(app, ada)
      .put('/api/users/me/password')
      .send({ currentPassword: ada.password, newPassword: 'another secret' })
      .expect(200);
  });

  it('A02 adds up what strangers guess from many networks', async () => {
    const ada = await signUpAt(HOME);
    await guess(ada, ATTEMPTS, stranger);
    await login(ada, ada.password, stranger(100)).expect(401);
    expect(await sources(ada)).toEqual([
      { source: 'elsewhere', failures: ATTEMPTS },
      { source: `network ${HOME}`, failures: 0 },
    ]);
  });

  it('A02 lets strangers lock out strangers only', async () => {
    const ada = await signUpAt(HOME);
    await guess(ada, ATTEMPTS, stranger);
    await login(ada, ada.password).expect(200);
    await login(ada, ada.password, stranger(100)).expect(401);
    await letPass(ada, 61);
    await login(ada, ada.password, stranger(100)).expect(200);
    expect(await sources(ada)).toEqual(
      [
        { source: `network ${stranger(100)}`, failures: 0 },
        { source: `network ${HOME}`, failures: 0 },
      ].toSorted((a, b) => (a.source < b.source ? -1 : 1)),
    );
  });

  it('A02 knows the network from which a session was refreshed, for thirty days', async () => {
    const ada = await signUpAt(HOME);
    const { refreshToken } = ada;
    await app.http
      .post('/api/auth/refresh')
      .set('X-Forwarded-For', '198.51.100.77')
      .send({ refreshToken })
      .expect(200);
    await guess(ada, ATTEMPTS, stranger);
    await login(ada, ada.password, '198.51.100.77').expect(200);
    await app.database.query(
      `UPDATE password_attempts SET succeeded_at = succeeded_at - interval '30 days' WHERE user_id = $1`,
      [ada.user.id],
    );
    await login(ada, ada.password, '198.51.100.77').expect(401);
  });

  it('A02 judges guesses that come at once one after the other', async () => {
    const ada = await signUpAt(HOME);
    const guesses = Array.from({ length: 30 }, (_, index) =>
      login(ada, `guess ${String(index)}`, stranger(index)),
    );
    const answers = await Promise.all(guesses);
    expect(answers.map(({ status }) => status)).toEqual(Array(30).fill(401));
    expect(await sources(ada)).toContainEqual({ source: 'elsewhere', failures: ATTEMPTS });
  });

  it('A02 counts the guesses of a session apart', async () => {
    const ada = await signUpAt(HOME);
    const change = (currentPassword: string) =>
      as(app, ada)
        .put('/api/users/me/password')
        .send({ currentPassword, newPassword: 'another secret' });
    for (let index = 0; index < ATTEMPTS; index++) await change('a guess').expect(401);
    await change(ada.password).expect(401);
    await as(app, ada).post('/api/users/me/delete').send({ password: ada.password }).expect(401);
    await login(ada, ada.password).expect(200);
    await letPass(ada, 61);
    await change(ada.password).expect(200);
  });

  it('A02 ends no lock by a clock that is set back, and none lasts for ever by it', async () => {
    const ada = await signUpAt(HOME);
    await guess(ada, ATTEMPTS, atHome);
    await letPass(ada, -30);
    await login(ada, ada.password).expect(401);
    await letPass(ada, -86_400);
    await login(ada, ada.password).expect(200);
  });

  it('A02 can be turned off', async () => {
    const open = await TestApp.start({
      database: app.database,
      settings: { SIGN_IN_ATTEMPTS: 0 },
    });
    const ada = await signUp(open);
    for (let index = 0; index < ATTEMPTS + 1; index++) {
      await loginTo(open, ada.email, 'a guess', HOME).expect(401);
    }
    await loginTo(open, ada.email, ada.password, HOME).expect(200);
    await open.stop();
  });

  it('F17 locks on every instance, whichever counted', async () => {
    const ada = await signUpAt(HOME);
    for (let index = 0; index < ATTEMPTS; index++) {
      await loginTo(index % 2 ? app : other, ada.email, 'a guess', stranger(index)).expect(401);
    }
    for (const instance of [app, other]) {
      await loginTo(instance, ada.email, ada.password, stranger(100)).expect(401);
      await loginTo(instance, ada.email, ada.password, HOME).expect(200);
    }
  });
});
