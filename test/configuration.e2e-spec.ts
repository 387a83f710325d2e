import { copyFile, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from './support/eventually.js';
import { Program } from './support/program.js';
import { TestDatabase } from './support/test-database.js';

const PATIENTLY_MS = 30_000;

describe('the program’s configuration', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'mindflow-configuration-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  it(
    'ends it with 78 before anything starts, in one line for each wrong variable and without a value',
    async () => {
      const program = await Program.start(
        {
          PORT: 's3cr3t-port',
          DATABASE_URL: 'mysql://s3cr3t@example.com/db',
          SECRET_KEY: 's3cr3t',
          CORS_ORIGINS: 's3cr3t.example.com',
        },
        directory,
      );
      expect(await program.ended).toBe(78);
      expect(program.stdout.join('')).toBe('');
      const lines = program.stderr.join('').trimEnd().split('\n');
      expect(lines.map((line) => line.split(' ')[0])).toEqual([
        'PORT',
        'DATABASE_URL',
        'SECRET_KEY',
        'CORS_ORIGINS',
      ]);
      expect(lines.join()).not.toContain('s3cr3t');
      expect(await readdir(directory)).toEqual([]);
    },
    PATIENTLY_MS,
  );

  it(
    'ends it with 78 in production without a database and a secret',
    async () => {
      const program = await Program.start({ NODE_ENV: 'production' }, directory);
      expect(await program.ended).toBe(78);
      expect(program.stderr.join('')).toBe(
        'DATABASE_URL is required in production\nSECRET_KEY is required in production\n',
      );
      expect(await readdir(directory)).toEqual([]);
    },
    PATIENTLY_MS,
  );

  it(
    'is read from .env, but for what is set already',
    async () => {
      await writeFile(join(directory, '.env'), 'WEB_CONCURRENCY=none\nLOG_LEVEL=loud\n');
      const program = await Program.start({ LOG_LEVEL: 'silent' }, directory);
      expect(await program.ended).toBe(78);
      expect(program.stderr.join('')).toMatch(/^WEB_CONCURRENCY [^\n]+\n$/);
    },
    PATIENTLY_MS,
  );

  it(
    'is complete with a copy of .env.example',
    async () => {
      const database = await TestDatabase.create({ migrated: false });
      await copyFile('.env.example', join(directory, '.env'));
      const program = await Program.start({ DATABASE_URL: database.directUrl }, directory);
      await eventually(async () => {
        expect(await program.status('/health')).toBe(200);
      }, PATIENTLY_MS);
      expect(await program.stop()).toBe(0);
      await database.drop();
    },
    PATIENTLY_MS,
  );
});
