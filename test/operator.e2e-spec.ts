import { execFile } from 'node:child_process';
import { jest } from '@jest/globals';
import { EnvironmentError } from '../src/config/environment.js';
import { migrateCommand, revertCommand } from '../src/cli/migrate-command.js';
import { seedCommand } from '../src/cli/seed-command.js';
import { SEED_PASSWORD } from '../src/cli/seed-data.js';
import { userCommand } from '../src/cli/user-command.js';
import { as, signUp } from './support/factories.js';
import { TestApp, testSettings } from './support/test-app.js';
import { IS_POOLED, TestDatabase } from './support/test-database.js';

// Every command is a process of its own.
jest.setTimeout(30_000);

interface Run {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** Runs a built command as the operator does. */
function run(database: TestDatabase, args: string[], variables: object = {}): Promise<Run> {
  const env = {
    NODE_ENV: 'test',
    DATABASE_URL: database.url,
    DATABASE_DIRECT_URL: database.directUrl,
    DATABASE_PREPARED_STATEMENTS: String(!IS_POOLED),
    SECRET_KEY: 'a secret that only the tests know, long enough',
    ...variables,
  };
  return new Promise((resolve) => {
    execFile(process.execPath, args, { env, timeout: 20_000 }, (error, stdout, stderr) => {
      resolve({ exitCode: error ? Number(error.code) : 0, stdout, stderr });
    });
  });
}

describe('the operator', () => {
  const user = 'dist/src/cli/user.js';

  describe('of accounts', () => {
    let app: TestApp;
    beforeAll(async () => {
      app = await TestApp.start();
    });
    afterAll(() => app.stop());

    it('disables and enables an account, whatever the case of its address', async () => {
      const ada = await signUp(app);
      const login = () =>
        app.http.post('/api/auth/login').send({ email: ada.email, password: ada.password });
      const disabled = await run(app.database, [user, 'disable', ada.email.toUpperCase()]);
      expect(disabled).toEqual({
        exitCode: 0,
        stdout: `${ada.email}: disabled, plan free\n`,
        stderr: '',
      });
      await login().expect(401);
      const enabled = await run(app.database, [user, 'enable', ada.email]);
      expect(enabled.stdout).toBe(`${ada.email}: active, plan free\n`);
      await login().expect(200);
    });

    it('changes the plan of an account', async () => {
      const ada = await signUp(app);
      const outcome = await userCommand(app.settings, ['plan', ada.email, 'pro']);
      expect(outcome).toEqual({ text: `${ada.email}: active, plan pro`, exitCode: 0 });
      expect((await as(app, ada).get('/api/users/me')).body.plan).toBe('pro');
    });

    it('is told when nobody has the address', async () => {
      expect(await run(app.database, [user, 'disable', 'nobody@example.com'])).toEqual({
        exitCode: 1,
        stdout: '',
        stderr: 'no account has the e-mail address nobody@example.com\n',
      });
    });

    it('is told how to use the command', async () => {
      const { exitCode, stderr } = await run(app.database, [user, 'plan', 'ada@example.com']);
      expect(exitCode).toBe(64);
      expect(stderr).toMatch(/^usage: .*user:disable/);
    });

    it.each([
      [[]],
      [['disable']],
      [['destroy', 'ada@example.com']],
      [['disable', 'ada@example.com', 'pro']],
      [['plan', 'ada@example.com', 'platinum']],
      [['plan', 'ada@example.com', 'pro', 'free']],
    ])('is refused %j', async (args) => {
      expect((await userCommand(app.settings, args)).exitCode).toBe(64);
    });

    it('is told the reason when the database cannot be reached', async () => {
      const { exitCode, stderr } = await run(app.database, [user, 'enable', 'ada@example.com'], {
        DATABASE_URL: 'postgresql://nobody@localhost:1/nothing',
      });
      expect(exitCode).toBe(1);
      expect(stderr).toMatch(/ECONNREFUSED/);
    });

    it('is told what is wrong with the environment', async () => {
      const { exitCode, stderr } = await run(app.database, [user, 'enable', 'ada@example.com'], {
        PORT: 'x',
      });
      expect(exitCode).toBe(78);
      expect(stderr).toContain('PORT');
      expect(stderr).not.toContain(EnvironmentError.name);
    });
  });

  describe('of the schema', () => {
    let database: TestDatabase;
    beforeAll(async () => {
      database = await TestDatabase.create({ migrated: false });
    });
    afterAll(() => database.drop());

    it('brings it up to date, takes a migration back and brings it up to date again', async () => {
      const migrate = () => run(database, ['dist/src/cli/migrate.js']);
      expect((await migrate()).stdout).toMatch(/^applied CreateUsers\d+, .*CreateAuditLogs\d+/);
      expect((await migrate()).stdout).toBe('the schema is up to date\n');
      const reverted = await run(database, ['dist/src/cli/migrate-revert.js']);
      const [, name = ''] = /^reverted (\w+)\n$/.exec(reverted.stdout) ?? [];
      expect((await migrate()).stdout).toBe(`applied ${name}\n`);
    });

    it('is told when there is nothing left to revert', async () => {
      const settings = testSettings(database);
      await migrateCommand(settings);
      for (;;) {
        const { text } = await revertCommand(settings);
        if (text === 'there is nothing to revert') break;
        expect(text).toMatch(/^reverted /);
      }
      const tables = await database.query(
        `SELECT tablename FROM pg_tables WHERE schemaname = 'public'`,
      );
      expect(tables).toEqual([{ tablename: 'migrations' }]);
    });
  });

  describe('of a database to try things on', () => {
    let app: TestApp;
    beforeAll(async () => {
      app = await TestApp.start();
    });
    afterAll(() => app.stop());

    it('gets two users with ten tasks, once, and can sign in as they', async () => {
      const seeded = await seedCommand(app.settings);
      expect(seeded.exitCode).toBe(0);
      expect(seeded.text).toContain(`alan@example.com created, password ${SEED_PASSWORD}`);
      expect(await run(app.database, ['dist/src/cli/seed.js'])).toEqual({
        exitCode: 0,
        stdout: 'alan@example.com exists already\ngrace@example.com exists already\n',
        stderr: '',
      });
      const rows = await app.database.query(
        `SELECT email, count(*)::int AS tasks, max(number) AS "lastNumber"
         FROM users JOIN tasks ON tasks.user_id = users.id GROUP BY email ORDER BY email`,
      );
      expect(rows).toEqual([
        { email: 'alan@example.com', tasks: 5, lastNumber: 5 },
        { email: 'grace@example.com', tasks: 5, lastNumber: 5 },
      ]);
      await app.http
        .post('/api/auth/login')
        .send({ email: 'alan@example.com', password: SEED_PASSWORD })
        .expect(200);
    });

    it('gets none in production', async () => {
      const outcome = await seedCommand({ ...app.settings, NODE_ENV: 'production' });
      expect(outcome.exitCode).toBe(1);
      expect(outcome.text).toContain('refuses production');
    });
  });
});
