import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { promisify } from 'node:util';
import { DataSource } from 'typeorm';
import { ENTITIES } from '../src/app.module.js';
import { migrate, MIGRATIONS, revertMigration } from '../src/database/migrations.js';
import { catalogue } from './support/catalogue.js';
import { TestDatabase } from './support/test-database.js';

const NAMES = MIGRATIONS.map((migration) => new migration().name);

describe('the schema', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await TestDatabase.create({ migrated: false });
  });
  afterEach(() => database.drop());

  const connection = () => ({
    DATABASE_URL: database.url,
    DATABASE_DIRECT_URL: database.directUrl,
  });

  it('is exactly what the entities describe', async () => {
    await migrate(connection());
    const dataSource = new DataSource({
      type: 'postgres',
      url: database.directUrl,
      entities: ENTITIES,
      installExtensions: false,
    });
    await dataSource.initialize();
    try {
      const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
      expect(upQueries.map(({ query }) => query)).toEqual([]);
    } finally {
      await dataSource.destroy();
    }
  });

  it('has the constraints, indexes, triggers and functions on record', async () => {
    await migrate(connection());
    expect(await catalogue(database)).toMatchSnapshot();
  });

  it('goes down to nothing and comes up again the same', async () => {
    expect(await migrate(connection())).toEqual(NAMES);
    const built = await catalogue(database);
    for (const name of NAMES.toReversed()) expect(await revertMigration(connection())).toBe(name);
    expect(await revertMigration(connection())).toBeNull();
    expect(await catalogue(database)).toBe('');
    expect(await migrate(connection())).toEqual(NAMES);
    expect(await catalogue(database)).toBe(built);
  });

  it('is left alone by a second migration', async () => {
    await migrate(connection());
    const built = await catalogue(database);
    expect(await migrate(connection())).toEqual([]);
    expect(await catalogue(database)).toBe(built);
  });

  it('is left as it was by a migration that fails halfway', async () => {
    await database.query(`CREATE TABLE user_preferences (stranger integer)`);
    await expect(migrate(connection())).rejects.toThrow('user_preferences');
    expect(await database.query('SELECT name FROM migrations ORDER BY id')).toEqual(
      NAMES.slice(0, 2).map((name) => ({ name })),
    );
    expect(await catalogue(database)).not.toContain('work_days_are_valid');
  });

  it('F17 is built once by two processes that start together', async () => {
    const [first, second] = await Promise.all([migrateInProcess(), migrateInProcess()]);
    expect([first, second].toSorted((a, b) => a.length - b.length)).toEqual([[], NAMES]);
  });

  it('knows every file in migrations/', async () => {
    const files = await readdir(new URL('../migrations/', import.meta.url));
    const timestamps = files.map((file) => /^\d+/.exec(file)?.[0]);
    expect(NAMES.map((name) => /\d+$/.exec(name)?.[0])).toEqual(timestamps.toSorted());
  });

  async function migrateInProcess(): Promise<string[]> {
    const module = new URL('../dist/src/database/migrations.js', import.meta.url).href;
    const script = `
      const { migrate } = await import(${JSON.stringify(module)});
      console.log(JSON.stringify(await migrate(${JSON.stringify(connection())})));`;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--input-type=module', '--eval', script],
      { timeout: 20_000 },
    );
    return JSON.parse(stdout) as string[];
  }
});
