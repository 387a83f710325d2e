import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from './support/eventually.js';
import { childrenOf, killServer, serverProcesses } from './support/processes.js';
import { Program } from './support/program.js';
import { TestDatabase } from './support/test-database.js';

const SECRET_KEY = 'a secret that only the tests know, long enough';
const PATIENTLY_MS = 60_000;

describe('the program', () => {
  let program: Program | undefined;
  afterEach(async () => {
    await program?.stop('SIGKILL');
  });

  describe('with several workers', () => {
    let database: TestDatabase;
    beforeAll(async () => {
      database = await TestDatabase.create();
    });
    afterAll(() => database.drop());

    it(
      'stops with their exit code and the reason when none of them can start',
      async () => {
        const nowhere = new URL(database.directUrl);
        nowhere.pathname = '/nowhere';
        program = await Program.start({
          SECRET_KEY,
          DATABASE_URL: nowhere.href,
          WEB_CONCURRENCY: '2',
        });
        expect(await program.ended).toBe(1);
        expect(program.stdout.join('')).toMatch(/"giving up on the database"/);
        expect(program.stdout.join('')).toMatch(/"workers cannot start"/);
      },
      PATIENTLY_MS,
    );

    it(
      'replaces one that is killed, and stops them all when it is told to',
      async () => {
        program = await Program.start({
          SECRET_KEY,
          DATABASE_URL: database.directUrl,
          WEB_CONCURRENCY: '2',
        });
        const { pid } = program;
        await eventually(async () => {
          expect(await program?.status('/health')).toBe(200);
        }, PATIENTLY_MS);
        await eventually(async () => {
          expect(await childrenOf(pid)).toHaveLength(2);
        }, PATIENTLY_MS);
        const [victim = 0] = await childrenOf(pid);
        process.kill(victim, 'SIGKILL');
        await eventually(async () => {
          const workers = await childrenOf(pid);
          expect([workers.length, workers.includes(victim)]).toEqual([2, false]);
        }, PATIENTLY_MS);
        expect(await program.stop()).toBe(0);
      },
      PATIENTLY_MS,
    );
  });

  describe('with its embedded PostgreSQL', () => {
    let dataDir: string;
    beforeEach(async () => {
      dataDir = await mkdtemp(join(tmpdir(), 'mindflow-stopped-'));
      // So that the server's user can reach it.
      await chmod(dataDir, 0o755);
    });
    afterEach(async () => {
      await program?.stop('SIGKILL');
      await killServer(join(dataDir, 'postgres')).catch(() => undefined);
      await rm(dataDir, { recursive: true, force: true });
    });

    it.each([
      ['creates its database', 'postgres.new-'],
      ['starts its server', 'postgres.log'],
    ])(
      'F15 leaves no server behind when it is told to stop while it %s',
      async (_, file) => {
        program = await Program.start({ MINDFLOW_DATA_DIR: dataDir });
        await eventually(async () => {
          const names = await readdir(dataDir);
          expect(names.some((name) => name.startsWith(file))).toBe(true);
        }, PATIENTLY_MS);
        expect(await program.stop()).toBe(0);
        expect(program.stdout.join('')).not.toMatch(/"level":"(warn|error|fatal)"/);
        expect(await serverProcesses(join(dataDir, 'postgres'))).toEqual([]);
      },
      PATIENTLY_MS,
    );
  });
});
