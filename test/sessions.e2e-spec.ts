import { randomUUID } from 'node:crypto';
import { as, signUp, type TestUser } from './support/factories.js';
import { TestApp } from './support/test-app.js';

describe('sessions', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.stop());

  const refresh = (refreshToken: string) =>
    app.http.post('/api/auth/refresh').send({ refreshToken });
  const logout = (refreshToken: string) => app.http.post('/api/auth/logout').send({ refreshToken });
  const login = async ({ email, password }: TestUser): Promise<TestUser> => {
    const { body } = await app.http.post('/api/auth/login').send({ email, password }).expect(200);
    return { ...body, email, password, bearer: `Bearer ${body.accessToken as string}` } as TestUser;
  };
  const rotatedLongAgo = ({ user }: TestUser) =>
    app.database.query(
      `UPDATE sessions SET rotated_at = now() - interval '11 seconds' WHERE user_id = $1`,
      [user.id],
    );
  const sessionOf = ({ refreshToken }: TestUser) => refreshToken.split('.')[1] ?? '';

  describe('refreshing', () => {
    it('A08 goes on for a chain of a hundred tokens', async () => {
      const ada = await signUp(app);
      let { refreshToken } = ada;
      for (let index = 0; index < 100; index++) {
        const { body } = await refresh(refreshToken).expect(200);
        expect(body.user).toEqual(ada.user);
        expect(body.refreshToken).not.toBe(refreshToken);
        refreshToken = body.refreshToken as string;
      }
    }, 20_000);

    it('brings an access token that works', async () => {
      const { body, headers } = await refresh((await signUp(app)).refreshToken);
      expect(headers['cache-control']).toBe('no-store');
      await as(app, { bearer: `Bearer ${body.accessToken as string}` })
        .get('/api/users/me')
        .expect(200);
    });

    it('A08 repeats its answer for ten seconds, in case it was lost', async () => {
      const { refreshToken } = await signUp(app);
      const first = await refresh(refreshToken).expect(200);
      const second = await refresh(refreshToken).expect(200);
      expect(second.body.refreshToken).toBe(first.body.refreshToken);
    });

    it('A08 gives twenty at once one successor', async () => {
      const { refreshToken } = await signUp(app);
      const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(refreshToken)));
      expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
      expect(new Set(answers.map(({ body }) => body.refreshToken as string)).size).toBe(1);
    });

    it('A08 ends the session when a token comes again later, and keeps that although it is an error', async () => {
      const ada = await signUp(app);
      const { body: next } = await refresh(ada.refreshToken);
      await rotatedLongAgo(ada);
      const reused = await refresh(ada.refreshToken);
      expect([reused.status, reused.body.code]).toEqual([401, 'invalid_token']);
      expect(reused.headers['www-authenticate']).toContain('invalid_token');
      await refresh(next.refreshToken as string).expect(401);
      const rows = await app.database.query(
        `SELECT user_id, resource_id, action, result, status_code, error_message
         FROM audit_logs WHERE id = $1`,
        [reused.headers['x-request-id']],
      );
      expect(rows).toEqual([
        {
          user_id: ada.user.id,
          resource_id: sessionOf(ada),
          action: 'REFRESH_TOKENS',
          result: 'error',
          status_code: 401,
          error_message: expect.stringContaining('revoked'),
        },
      ]);
    });

    it('A08 ends the session at once for a token two generations old', async () => {
      const { refreshToken } = await signUp(app);
      const { body: second } = await refresh(refreshToken);
      const { body: third } = await refresh(second.refreshToken as string);
      await refresh(refreshToken).expect(401);
      await refresh(third.refreshToken as string).expect(401);
    });

    it('leaves the other sessions of the user alone', async () => {
      const ada = await signUp(app);
      const elsewhere = await login(ada);
      await refresh(ada.refreshToken).expect(200);
      await rotatedLongAgo(ada);
      await refresh(ada.refreshToken).expect(401);
      await refresh(elsewhere.refreshToken).expect(200);
    });

    it('refuses tokens that were tampered with', async () => {
      const { refreshToken } = await signUp(app);
      const [user, session, , mac] = refreshToken.split('.') as [string, string, string, string];
      const grace = await signUp(app);
      for (const forged of [
        `${user}.${session}.1.${mac}`,
        `${grace.user.id}.${session}.0.${mac}`,
        `${user}.${sessionOf(grace)}.0.${mac}`,
        `${user}.${session}.0.${mac.slice(0, -1)}`,
        `${user}.${session}.00.${mac}`,
        ` ${refreshToken}`,
        'x',
      ]) {
        expect((await refresh(forged)).body.code).toBe('invalid_token');
      }
      await refresh(refreshToken).expect(200);
    });

    it('is refused to a session that has expired', async () => {
      const { user, refreshToken } = await signUp(app);
      await app.database.query('UPDATE sessions SET expires_at = now() WHERE user_id = $1', [
        user.id,
      ]);
      await refresh(refreshToken).expect(401);
    });

    it('is refused to a disabled account, until it is enabled again', async () => {
      const { user, refreshToken } = await signUp(app);
      const setActive = (isActive: boolean) =>
        app.database.query('UPDATE users SET is_active = $2 WHERE id = $1', [user.id, isActive]);
      await setActive(false);
      await refresh(refreshToken).expect(401);
      await setActive(true);
      await refresh(refreshToken).expect(200);
    });

    it('renews a session, but not beyond six lifetimes from its beginning', async () => {
      const { user, refreshToken } = await signUp(app);
      await app.database.query(
        `UPDATE sessions SET created_at = now() - interval '170 days' WHERE user_id = $1`,
        [user.id],
      );
      await refresh(refreshToken).expect(200);
      const [row] = await app.database.query(
        `SELECT expires_at = created_at + interval '180 days' AS "isCapped" FROM sessions WHERE user_id = $1`,
        [user.id],
      );
      expect(row).toEqual({ isCapped: true });
    });
  });

  describe('logging out', () => {
    it('makes both tokens worthless at once', async () => {
      const ada = await signUp(app);
      await as(app, ada).get('/api/users/me').expect(200);
      const { headers } = await logout(ada.refreshToken).expect(204);
      await as(app, ada).get('/api/users/me').expect(401);
      await refresh(ada.refreshToken).expect(401);
      const rows = await app.database.query('SELECT user_id FROM audit_logs WHERE id = $1', [
        headers['x-request-id'],
      ]);
      expect(rows).toEqual([{ user_id: ada.user.id }]);
    });

    it('may be repeated', async () => {
      const { refreshToken } = await signUp(app);
      await logout(refreshToken).expect(204);
      await logout(refreshToken).expect(204);
    });

    it('is refused for a forged token', async () => {
      expect((await logout('x')).body.code).toBe('invalid_token');
    });
  });

  describe('the list', () => {
    it('names the lasting sessions and marks the one that asks', async () => {
      const ada = await signUp(app);
      const elsewhere = await login(ada);
      const ended = await login(ada);
      await logout(ended.refreshToken).expect(204);
      const { body } = await as(app, ada).get('/api/auth/sessions').expect(200);
      expect(body).toEqual({
        items: [
          {
            id: sessionOf(elsewhere),
            createdAt: expect.stringMatching(/Z$/),
            lastUsedAt: expect.stringMatching(/Z$/),
            client: expect.stringMatching(/127\.0\.0\.1/),
            current: false,
          },
          expect.objectContaining({ id: sessionOf(ada), current: true }),
        ],
      });
    });

    it('shows when a session last refreshed its tokens', async () => {
      const ada = await signUp(app);
      await app.database.query(
        `UPDATE sessions SET last_used_at = now() - interval '1 day' WHERE user_id = $1`,
        [ada.user.id],
      );
      await refresh(ada.refreshToken).expect(200);
      const { body } = await as(app, ada).get('/api/auth/sessions');
      expect(Date.parse(body.items[0].lastUsedAt as string)).toBeGreaterThan(Date.now() - 60_000);
    });
  });

  describe('revoking', () => {
    it('ends one session and keeps the others', async () => {
      const ada = await signUp(app);
      const elsewhere = await login(ada);
      await as(app, elsewhere).get('/api/users/me').expect(200);
      await as(app, ada)
        .delete(`/api/auth/sessions/${sessionOf(elsewhere)}`)
        .expect(204);
      await as(app, elsewhere).get('/api/users/me').expect(401);
      await refresh(elsewhere.refreshToken).expect(401);
      await as(app, ada).get('/api/users/me').expect(200);
    });

    it('knows no difference between the session of another user and none', async () => {
      const [ada, grace] = [await signUp(app), await signUp(app)];
      const answers = await Promise.all(
        [sessionOf(grace), randomUUID(), 'x'].map((id) =>
          as(app, ada).delete(`/api/auth/sessions/${id}`),
        ),
      );
      for (const { status, text, headers } of answers) {
        expect(status).toBe(404);
        expect(text.replaceAll(headers['x-request-id'] ?? '', '')).toBe(
          answers[0]?.text.replaceAll(answers[0].headers['x-request-id'] ?? '', ''),
        );
      }
      await as(app, grace).get('/api/users/me').expect(200);
    });

    it('ends all sessions, this one included', async () => {
      const ada = await signUp(app);
      const elsewhere = await login(ada);
      const grace = await signUp(app);
      await as(app, ada).delete('/api/auth/sessions').expect(204);
      for (const { refreshToken } of [ada, elsewhere]) await refresh(refreshToken).expect(401);
      await as(app, ada).get('/api/users/me').expect(401);
      await as(app, grace).get('/api/users/me').expect(200);
    });
  });
});
