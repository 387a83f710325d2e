import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { EmbeddedPostgres } from '../../dist/src/database/embedded/embedded-postgres.js';
import { migrate } from '../../dist/src/database/migrations.js';
import { startPgBouncer } from './pgbouncer.js';

const TEMPLATE = 'mindflow_template';
const APPLICATION_ROLE = 'mindflow_test';

/**
 * One server for all tests: the embedded one, or that of TEST_DATABASE_URL; and one migrated template database. With
 * TEST_POOLER=pgbouncer the application reaches it through PgBouncer, while the owner of the schema connects directly.
 */
export default async function setUp() {
  const server = process.env.TEST_DATABASE_URL
    ? await externalServer(process.env.TEST_DATABASE_URL)
    : await embeddedServer();
  const owner = withDatabase(server.directUrl, TEMPLATE);
  const admin = new pg.Client({ connectionString: server.directUrl });
  await admin.connect();
  await admin.query(`DROP DATABASE IF EXISTS ${TEMPLATE}`);
  await admin.query(`CREATE DATABASE ${TEMPLATE}`);
  await admin.end();
  await migrate({
    DATABASE_URL: withDatabase(server.url, TEMPLATE),
    DATABASE_DIRECT_URL: owner,
  });
  const pooler = process.env.TEST_POOLER === 'pgbouncer' ? await startPgBouncer(server.url) : null;
  process.env.TEST_SERVER = JSON.stringify({
    url: pooler?.url ?? server.url,
    applicationUrl: server.url,
    directUrl: server.directUrl,
    template: TEMPLATE,
  });
  globalThis.stopTestServer = async () => {
    await pooler?.stop();
    await server.stop();
  };
}

async function embeddedServer() {
  const dataDir = await mkdtemp(join(tmpdir(), 'mindflow-test-'));
  const embedded = await EmbeddedPostgres.start({ dataDir, log: () => undefined });
  return {
    url: embedded.url,
    directUrl: embedded.directUrl,
    stop: async () => {
      await embedded.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** The role of the application is created here, so that tests hold it to its grants on any server. */
async function externalServer(directUrl) {
  const admin = new pg.Client({ connectionString: directUrl });
  await admin.connect();
  const { rows } = await admin.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [
    APPLICATION_ROLE,
  ]);
  const verb = rows.length > 0 ? 'ALTER' : 'CREATE';
  await admin.query(`${verb} ROLE ${APPLICATION_ROLE} LOGIN PASSWORD '${APPLICATION_ROLE}'`);
  await admin.end();
  const url = new URL(directUrl);
  url.username = APPLICATION_ROLE;
  url.password = APPLICATION_ROLE;
  return { url: url.href, directUrl, stop: async () => undefined };
}

function withDatabase(url, database) {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
}
