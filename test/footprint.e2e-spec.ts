import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { metric } from './faults/metrics.js';
import { eventually } from './support/eventually.js';
import { freePort } from './support/program.js';
import { Service } from './support/service.js';
import { IS_POOLED, TestDatabase } from './support/test-database.js';

const PATIENTLY_MS = 60_000;
/** What it may take at rest is 120 MB; the rest is for the moments after the start, and other systems. */
const MAX_RESIDENT_BYTES = 130 * 2 ** 20;

/** What describes the API, and what came with it. */
const NOT_NEEDED =
  /node_modules\/(@nestjs\/swagger|@nestjs\/mapped-types|js-yaml|swagger-ui-dist)\//;

interface Coverage {
  result: { url: string }[];
}

describe('the program as `npm start` runs it', () => {
  let database: TestDatabase;
  let directory: string;
  let service: Service;
  beforeAll(async () => {
    database = await TestDatabase.create();
    directory = await mkdtemp(join(tmpdir(), 'mindflow-footprint-'));
  });
  afterEach(() => service.stop());
  afterAll(async () => {
    await rm(directory, { recursive: true, force: true });
    await database.drop();
  });

  it(
    'is content with little memory',
    async () => {
      const url = await start();
      await eventually(async () => {
        const resident = await metric(url, 'process_resident_memory_bytes');
        expect(resident).toBeLessThan(MAX_RESIDENT_BYTES);
      }, PATIENTLY_MS);
    },
    PATIENTLY_MS,
  );

  it(
    'loads nothing that only the description of the API needs',
    async () => {
      await start({ NODE_V8_COVERAGE: directory });
      await service.stop();
      const loaded = await modulesIn(directory);
      expect(loaded.some((url) => url.includes('/node_modules/@nestjs/core/'))).toBe(true);
      expect(loaded.filter((url) => NOT_NEEDED.test(url))).toEqual([]);
    },
    PATIENTLY_MS,
  );

  async function start(variables: Record<string, string> = {}): Promise<string> {
    const { scripts } = JSON.parse(await readFile('package.json', 'utf8')) as {
      scripts: { start: string };
    };
    service = Service.start(['sh', '-c', scripts.start], {
      DATABASE_URL: database.url,
      DATABASE_DIRECT_URL: database.directUrl,
      DATABASE_PREPARED_STATEMENTS: String(!IS_POOLED),
      SECRET_KEY: 'a secret that only the tests know, long enough',
      PORT: String(await freePort()),
      ...variables,
    });
    const url = await service.url();
    await service.line(({ msg }) => msg === 'database connected');
    return url;
  }
});

/** The scripts that a process with `NODE_V8_COVERAGE` ran, as URLs. */
async function modulesIn(directory: string): Promise<string[]> {
  const [file = ''] = await readdir(directory);
  const { result } = JSON.parse(await readFile(join(directory, file), 'utf8')) as Coverage;
  return result.map(({ url }) => url);
}
