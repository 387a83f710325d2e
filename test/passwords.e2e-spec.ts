import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { hash as argon2 } from '@node-rs/argon2';
import { hash as bcrypt } from '@node-rs/bcrypt';
import { as, signUp } from './support/factories.js';
import { TestApp } from './support/test-app.js';

const PASSWORD = 'correct horse battery staple';
const ARGON2ID = /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/;
const BCRYPT_COST = 4;

const projectFile = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

describe('passwords', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.stop());

  const register = (password: unknown) =>
    app.http.post('/api/auth/register').send({ email: `${randomUUID()}@example.com`, password });
  const login = (email: string, password: string) =>
    app.http.post('/api/auth/login').send({ email, password });
  const setHash = (userId: string, hash: string) =>
    app.database.query('UPDATE users SET password_hash = $2 WHERE id = $1', [userId, hash]);
  const hashOf = async (userId: string) => {
    const [row] = await app.database.query<{ password_hash: string }>(
      'SELECT password_hash FROM users WHERE id = $1',
      [userId],
    );
    return row?.password_hash;
  };
  const accountWith = async (hash: string) => {
    const ada = await signUp(app);
    await setHash(ada.user.id, hash);
    return ada;
  };

  describe('when they are chosen', () => {
    it.each([
      ['seven characters', 'a secre', 400],
      ['eight characters', 'a secret', 201],
      ['eight emoji', '🦉'.repeat(8), 201],
      ['seven emoji', '🦉'.repeat(7), 400],
      ['eight spaces', ' '.repeat(8), 201],
      ['1024 characters', 'x'.repeat(1024), 201],
      ['1024 emoji', '🦉'.repeat(1024), 201],
      ['1025 characters', 'x'.repeat(1025), 400],
    ])('A04 %s are judged by their code points', async (_, password, expected) => {
      const { status, body } = await register(password);
      expect(status).toBe(expected);
      const { path = null } = (body as { errors?: { path: string }[] }).errors?.[0] ?? {};
      expect(path).toBe(expected === 400 ? 'password' : null);
    });

    it.each([42, null, ['a secret'], `a secret\0`])('A04 %j is no password', async (password) => {
      const { status, body } = await register(password);
      expect([status, body.errors[0].path]).toEqual([400, 'password']);
    });

    it('A04 spaces and emoji are kept', async () => {
      const password = ` 🦉 ${PASSWORD} 🦉 `;
      const { email } = await signUp(app, { password });
      await login(email, password).expect(200);
      await login(email, password.trim()).expect(401);
      await login(email, password.replaceAll('🦉', '')).expect(401);
    });

    it('A04 an accented letter is the same however it is composed', async () => {
      const { email } = await signUp(app, { password: 'crème brûlée'.normalize('NFD') });
      await login(email, 'crème brûlée'.normalize('NFC')).expect(200);
      await login(email, 'creme brulee').expect(401);
    });

    it('A04 the three thousand commonest are refused, in any case', async () => {
      const text = await readFile(projectFile('src/auth/common-passwords.txt'), 'utf8');
      const common = text.split('\n').filter((line) => line !== '' && !line.startsWith('# '));
      expect(common).toHaveLength(3000);
      const [first = '', last = ''] = [common.at(0), common.at(-1)];
      for (const password of [first, last, first.toUpperCase(), 'PassWord1', 'iloveyou']) {
        const { status, body } = await register(password);
        expect([password, status]).toEqual([password, 400]);
        expect(body.errors).toEqual([
          { path: 'password', message: 'password must not be one of the commonest passwords' },
        ]);
      }
    });

    it('A04 a changed password obeys the same rules', async () => {
      const ada = await signUp(app);
      for (const newPassword of ['a secre', 'Sunshine', 'x'.repeat(1025)]) {
        const { status, body } = await as(app, ada)
          .put('/api/users/me/password')
          .send({ currentPassword: ada.password, newPassword });
        expect([status, body.errors[0].path]).toEqual([400, 'newPassword']);
      }
    });

    it('A04 the list of the commonest is what its source says', async () => {
      const script = projectFile('test/support/common-passwords.js');
      const { stdout } = await promisify(execFile)(process.execPath, [script]);
      expect(await readFile(projectFile('src/auth/common-passwords.txt'), 'utf8')).toBe(stdout);
    });
  });

  describe('when they are stored', () => {
    it('A05 are hashed with argon2id, 19 MiB and two passes', async () => {
      const { user } = await signUp(app);
      expect(await hashOf(user.id)).toMatch(ARGON2ID);
    });

    it.each(['$2a', '$2b', '$2y'])(
      'A05 a %s hash is verified once and upgraded',
      async (prefix) => {
        const hash = await bcrypt(PASSWORD, BCRYPT_COST);
        const ada = await accountWith(prefix + hash.slice(3));
        await login(ada.email, 'not the password').expect(401);
        expect(await hashOf(ada.user.id)).toMatch(/^\$2/);
        await login(ada.email, PASSWORD).expect(200);
        const upgraded = await hashOf(ada.user.id);
        expect(upgraded).toMatch(ARGON2ID);
        await login(ada.email, PASSWORD).expect(200);
        expect(await hashOf(ada.user.id)).toBe(upgraded);
        await login(ada.email, 'not the password').expect(401);
      },
    );

    it('A05 the upgrade is stored together with the session, and with nobody signed out', async () => {
      const ada = await accountWith(await bcrypt(PASSWORD, BCRYPT_COST));
      const { body, headers } = await login(ada.email, PASSWORD).expect(200);
      const [row] = await app.database.query(
        `SELECT count(DISTINCT x) FROM (
           SELECT xmin::text AS x FROM users WHERE id = $1
           UNION ALL SELECT xmin::text FROM sessions WHERE user_id = $1 AND id = $2
           UNION ALL SELECT xmin::text FROM audit_logs WHERE id = $3) AS written`,
        [ada.user.id, (body.refreshToken as string).split('.')[1], headers['x-request-id']],
      );
      expect(row).toEqual({ count: '1' });
      await as(app, ada).get('/api/users/me').expect(200);
    });

    it('A05 sign-ins that come while the hash is upgraded succeed as well', async () => {
      const ada = await accountWith(await bcrypt(PASSWORD, BCRYPT_COST));
      const answers = await Promise.all(
        Array.from({ length: 6 }, () => login(ada.email, PASSWORD)),
      );
      expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(200));
      expect(await hashOf(ada.user.id)).toMatch(ARGON2ID);
    });

    it.each([
      ['less memory', { memoryCost: 4096, timeCost: 2 }],
      ['fewer passes', { memoryCost: 19_456, timeCost: 1 }],
      ['another variant', { memoryCost: 19_456, timeCost: 2, algorithm: 1 }],
    ])('A05 an argon2 hash with %s is upgraded', async (_, options) => {
      const ada = await accountWith(await argon2(PASSWORD, options));
      await login(ada.email, PASSWORD).expect(200);
      expect(await hashOf(ada.user.id)).toMatch(ARGON2ID);
    });

    it('A05 a stronger hash stays as it is', async () => {
      const strong = await argon2(PASSWORD, { memoryCost: 32_768, timeCost: 3 });
      const ada = await accountWith(strong);
      await login(ada.email, PASSWORD).expect(200);
      expect(await hashOf(ada.user.id)).toBe(strong);
    });

    it('A05 what bcrypt did not see of a long password does not become part of it', async () => {
      const long = 'x'.repeat(72);
      const stored = await bcrypt(long, BCRYPT_COST);
      const ada = await accountWith(stored);
      await login(ada.email, `${long} a slip of the finger`).expect(200);
      expect(await hashOf(ada.user.id)).toBe(stored);
      await login(ada.email, long).expect(200);
      expect(await hashOf(ada.user.id)).toMatch(ARGON2ID);
      await login(ada.email, `${long} a slip of the finger`).expect(401);
    });

    it.each([
      'garbage',
      '$2b$04$garbage',
      `$2b$31$${'x'.repeat(53)}`,
      `$2x$04$${'x'.repeat(53)}`,
      '$argon2id$v=19$m=1,t=1,p=1$x$y',
      '{SSHA}aGFzaA==',
    ])('A05 %j as a hash matches nothing', async (hash) => {
      const ada = await accountWith(hash);
      for (const password of [ada.password, hash]) {
        const { status, body } = await login(ada.email, password);
        expect([status, body.code]).toEqual([401, 'invalid_credentials']);
      }
    });
  });
});
