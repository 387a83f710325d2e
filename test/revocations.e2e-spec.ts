import { eventually } from './support/eventually.js';
import { as, signUp, type TestUser } from './support/factories.js';
import { TestApp } from './support/test-app.js';

const WITHIN_MS = 5000;

describe('ended sessions', () => {
  let app: TestApp;
  let other: TestApp;
  beforeAll(async () => {
    app = await TestApp.start();
    other = await TestApp.start({ database: app.database });
  });
  afterAll(async () => {
    await other.stop();
    await app.stop();
  });

  const secondSession = async ({ email, password }: TestUser): Promise<TestUser> => {
    const { body } = await app.http.post('/api/auth/login').send({ email, password }).expect(200);
    return { ...body, email, password, bearer: `Bearer ${body.accessToken as string}` } as TestUser;
  };
  const disable = ({ user }: TestUser) =>
    app.database.query('UPDATE users SET is_active = false WHERE id = $1', [user.id]);

  const ends: [what: string, end: (ada: TestUser) => Promise<unknown>][] = [
    [
      'a logout',
      ({ refreshToken }) => app.http.post('/api/auth/logout').send({ refreshToken }).expect(204),
    ],
    [
      'a change of the password elsewhere',
      async (ada) =>
        as(app, await secondSession(ada))
          .put('/api/users/me/password')
          .send({ currentPassword: ada.password, newPassword: 'another secret' })
          .expect(200),
    ],
    [
      'the end of all sessions',
      async (ada) =>
        as(app, await secondSession(ada))
          .delete('/api/auth/sessions')
          .expect(204),
    ],
    ['a disabled account', disable],
    [
      'a deleted account',
      (ada) =>
        as(app, ada).post('/api/users/me/delete').send({ password: ada.password }).expect(204),
    ],
  ];

  it.each(ends)(
    'A09 F17 are refused on every instance within five seconds after %s',
    async (_, end) => {
      const ada = await signUp(app);
      for (const instance of [app, other]) await as(instance, ada).get('/api/users/me').expect(200);
      await end(ada);
      await eventually(async () => {
        for (const instance of [app, other])
          await as(instance, ada).get('/api/users/me').expect(401);
      }, WITHIN_MS);
      for (const instance of [app, other]) {
        const { refreshToken } = ada;
        await instance.http.post('/api/auth/refresh').send({ refreshToken }).expect(401);
      }
    },
    15_000,
  );

  it('A09 F17 are refused on every instance after a used refresh token came again', async () => {
    const ada = await signUp(app);
    const refresh = (instance: TestApp, refreshToken: string) =>
      instance.http.post('/api/auth/refresh').send({ refreshToken });
    const { body: next } = await refresh(app, ada.refreshToken).expect(200);
    await as(other, ada).get('/api/users/me').expect(200);
    await app.database.query(
      `UPDATE sessions SET rotated_at = now() - interval '11 seconds' WHERE user_id = $1`,
      [ada.user.id],
    );
    await refresh(app, ada.refreshToken).expect(401);
    await refresh(other, next.refreshToken as string).expect(401);
    await eventually(() => as(other, ada).get('/api/users/me').expect(401), WITHIN_MS);
  }, 15_000);
});
