import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { Sealer } from '../src/audit/seals/sealer.js';
import { eventually } from './support/eventually.js';
import { Program } from './support/program.js';
import { TestApp } from './support/test-app.js';
import { TestDatabase } from './support/test-database.js';

const SECRET_KEY = 'a secret that only the tests know, long enough';
const PATIENTLY_MS = 20_000;

jest.setTimeout(60_000);

describe('the sealer', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await TestDatabase.create();
  });
  afterEach(() => database.drop());

  it('prints each seal, so that a tail cut off is found by whoever keeps the log', async () => {
    let log = '';
    await eventually(async () => {
      log += await logOfARun();
      expect(log).toMatch(/"msg":"audit sealed","sequence":1,/);
    }, PATIENTLY_MS);
    const directory = await mkdtemp(join(tmpdir(), 'mindflow-log-'));
    const file = join(directory, 'service.log');
    await writeFile(file, `not JSON\n${log}`);
    expect(await verify(['--log', file])).toMatchObject({ exitCode: 0, stderr: '' });
    await database.query('DELETE FROM audit_logs');
    await database.query('DELETE FROM audit_seals');
    expect(await verify([])).toMatchObject({ exitCode: 0 });
    for (const cut of [await verify(['--log', file]), await verify(['--log', '-'], log)]) {
      expect(cut).toMatchObject({
        exitCode: 1,
        stderr: expect.stringMatching(/^seal 1 is held elsewhere and missing: the tail was cut\n/),
      });
    }
    await rm(directory, { recursive: true });
  });

  it('seals what is stored while it runs', async () => {
    const app = await TestApp.start({ database });
    await app.http.get('/nowhere');
    await eventually(async () => {
      await Promise.all([app.nest.get(Sealer).seal(), app.nest.get(Sealer).seal()]);
      const seals = await database.query('SELECT sequence, row_count FROM audit_seals');
      expect(seals).toEqual([{ sequence: 1, row_count: 1 }]);
    }, PATIENTLY_MS);
    await app.stop();
  });

  it('stops nobody from being served when it cannot', async () => {
    const stranger = new URL(database.directUrl);
    stranger.username = 'nobody_here';
    const app = await TestApp.start({ database, settings: { DATABASE_DIRECT_URL: stranger.href } });
    await app.nest.get(Sealer).seal();
    await app.http.get('/nowhere').expect(404);
    expect(await database.query('SELECT FROM audit_seals')).toEqual([]);
    await app.stop();
  });

  it('leaves nothing to the application’s role but to insert and read', async () => {
    const role = decodeURIComponent(new URL(database.url).username);
    const rights = await database.query(
      `SELECT t.name, array_agg(p.name ORDER BY p.name) FILTER (WHERE has_table_privilege($1, t.name, p.name)) AS rights
       FROM unnest(ARRAY['audit_logs', 'audit_seals']) AS t(name),
         unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) AS p(name)
       GROUP BY t.name ORDER BY t.name`,
      [role],
    );
    expect(rights).toEqual([
      { name: 'audit_logs', rights: ['INSERT', 'SELECT'] },
      { name: 'audit_seals', rights: null },
    ]);
  });

  /** Of a service that served one request and stopped. */
  async function logOfARun(): Promise<string> {
    const program = await Program.start(variables());
    await eventually(async () => {
      expect(await program.status('/health')).toBe(200);
      expect(await program.status('/nowhere')).toBe(404);
    }, PATIENTLY_MS);
    expect(await program.stop()).toBe(0);
    return program.stdout.join('');
  }

  function variables(): NodeJS.ProcessEnv {
    return {
      NODE_ENV: 'test',
      DATABASE_URL: database.url,
      DATABASE_DIRECT_URL: database.directUrl,
      SECRET_KEY,
    };
  }

  function verify(
    args: string[],
    input = '',
  ): Promise<{ exitCode: number; stdout: string; stderr: string }> {
    return new Promise((resolve) => {
      const child = execFile(
        process.execPath,
        ['dist/src/cli/audit-verify.js', ...args],
        { env: variables(), timeout: PATIENTLY_MS },
        (error, stdout, stderr) => {
          resolve({ exitCode: error ? Number(error.code) : 0, stdout, stderr });
        },
      );
      child.stdin?.end(input);
    });
  }
});
