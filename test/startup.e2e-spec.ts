import { eventually } from './support/eventually.js';
import { Program } from './support/program.js';
import { TcpProxy } from './support/tcp-proxy.js';
import { TestDatabase } from './support/test-database.js';

const SECRET_KEY = 'a secret that only the tests know, long enough';
const PATIENTLY_MS = 20_000;

describe('the program', () => {
  let database: TestDatabase;
  let proxy: TcpProxy;
  let program: Program | undefined;
  beforeAll(async () => {
    database = await TestDatabase.create({ migrated: false });
    proxy = await TcpProxy.before(database.directUrl);
  });
  afterEach(async () => {
    await program?.stop('SIGKILL');
  });
  afterAll(async () => {
    await proxy.stop();
    await database.drop();
  });

  it(
    'F16 answers its probes while the database is away, and is connected within a second of its return',
    async () => {
      proxy.cut();
      program = await Program.start({ SECRET_KEY, DATABASE_URL: proxy.url });
      await eventually(async () => {
        expect(await program?.status('/health/live')).toBe(200);
      }, PATIENTLY_MS);
      expect(await program.status('/health')).toBe(503);
      expect(await program.status('/api/tasks')).toBe(503);
      proxy.mend();
      const mendedMs = performance.now();
      await eventually(async () => {
        expect(await program?.status('/health')).toBe(200);
      }, PATIENTLY_MS);
      // A second, and the time that the first migration of an empty database takes.
      expect(performance.now() - mendedMs).toBeLessThan(3000);
      expect(await program.status('/api/tasks')).toBe(401);
      expect(await program.stop()).toBe(0);
    },
    PATIENTLY_MS,
  );

  it(
    'F16 gives up after DATABASE_WAIT_SECONDS with exit code 1 and the reason',
    async () => {
      proxy.cut();
      program = await Program.start({
        SECRET_KEY,
        DATABASE_URL: proxy.url,
        DATABASE_WAIT_SECONDS: '1',
      });
      expect(await program.ended).toBe(1);
      const fatal = lines(program).find(({ level }) => level === 'fatal');
      expect(fatal).toMatchObject({
        msg: 'giving up on the database',
        err: { message: expect.stringMatching(/terminated|ECONNRESET/) },
      });
      proxy.mend();
    },
    PATIENTLY_MS,
  );

  it.each<[string, (url: URL) => void, RegExp]>([
    [
      'wrong credentials',
      (url) => (url.password = 'not-the-password'),
      /password authentication failed/,
    ],
    [
      'a missing role',
      (url) => (url.username = 'nobody_here'),
      /password authentication failed|does not exist/,
    ],
    ['a missing database', (url) => (url.pathname = '/nowhere'), /nowhere\W+does not exist/],
  ])(
    'F16 gives up at once for %s',
    async (_, spoil, reason) => {
      const url = new URL(database.directUrl);
      spoil(url);
      program = await Program.start({ SECRET_KEY, DATABASE_URL: url.href });
      expect(await program.ended).toBe(1);
      const output = program.stdout.join('');
      expect(output).toMatch(reason);
      expect(output).not.toContain('not-the-password');
      expect(output).not.toContain(new URL(database.directUrl).password);
    },
    PATIENTLY_MS,
  );

  it(
    'F15 stops at once when it is told to while the database is away',
    async () => {
      proxy.cut();
      program = await Program.start({ SECRET_KEY, DATABASE_URL: proxy.url });
      await eventually(async () => {
        expect(await program?.status('/health/live')).toBe(200);
      }, PATIENTLY_MS);
      expect(await program.stop()).toBe(0);
      expect(lines(program).map(({ level }) => level)).not.toContain('fatal');
      proxy.mend();
    },
    PATIENTLY_MS,
  );
});

function lines(program: Program): Record<string, unknown>[] {
  return program.stdout
    .join('')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
