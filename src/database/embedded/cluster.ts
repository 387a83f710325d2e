import { randomUUID } from 'node:crypto';
import { chown, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BinaryPackage, runnablePrograms } from './binaries.js';
import { run } from './command.js';
import { type Credentials, credentialsFile, newCredentials } from './credentials.js';
import { describe, EmbeddedPostgresError } from './embedded-postgres-error.js';
import { readIfPresent, syncDirectory } from './files.js';
import { type Log, type Site } from './site.js';

const DRAFT_PREFIX = 'postgres.new-';
const AUTHENTICATION = 'local all all scram-sha-256\n';
const CTYPE = process.platform === 'darwin' ? 'UTF-8' : 'C.UTF-8';

/**
 * Makes sure that the site has a cluster of the package's major version, creating one that is complete or not there at all.
 * @throws EmbeddedPostgresError when what is there belongs to another major version or is no cluster.
 */
export async function ensureCluster(site: Site, found: BinaryPackage, log: Log): Promise<void> {
  if (!(await stat(site.clusterDir).catch(() => null))) await createCluster(site, found, log);
  const major = (await readIfPresent(join(site.clusterDir, 'PG_VERSION')))?.trim();
  if (major === undefined)
    throw new EmbeddedPostgresError(
      `${site.clusterDir} exists but is not a PostgreSQL data directory. Move it away or set MINDFLOW_DATA_DIR.`,
    );
  if (major !== String(found.major)) throw otherMajorVersion(site.clusterDir, major, found.major);
  await removeDrafts(site.home);
}

function otherMajorVersion(directory: string, there: string, ours: number): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    `The database in ${directory} was made by PostgreSQL ${there}, this version brings PostgreSQL ${String(ours)}, ` +
      'and the two cannot read each other. Nothing was changed. Either dump it with the version of MindFlow that made it ' +
      'and restore it here, or point DATABASE_URL at a server of that version, or move the directory away to begin anew.',
  );
}

async function createCluster(site: Site, found: BinaryPackage, log: Log): Promise<void> {
  const startedAt = performance.now();
  const draft = join(site.home, `${DRAFT_PREFIX}${randomUUID()}`);
  try {
    await mkdir(draft, { mode: 0o700 });
    await fill({ ...site, clusterDir: draft }, await runnablePrograms(found, site, log));
    await rename(draft, site.clusterDir);
    await syncDirectory(site.home);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    // Somebody else was faster, and has removed our draft or refused its name.
    if (await stat(site.clusterDir).catch(() => null)) return;
    throw new EmbeddedPostgresError(
      `Cannot create a database in ${site.clusterDir}: ${describe(error)}. Nothing was left behind; ` +
        'where this cannot be helped, set DATABASE_URL to a PostgreSQL server.',
      { cause: error },
    );
  }
  log(`Created a PostgreSQL ${String(found.major)} database in ${site.clusterDir}`, {
    durationMs: Math.round(performance.now() - startedAt),
  });
}

async function fill({ clusterDir, user }: Site, programs: string): Promise<void> {
  const initdb = (...args: string[]) =>
    run({ file: join(programs, 'initdb'), args: ['-D', clusterDir, ...args], user });
  if (user) await chown(clusterDir, user.uid, user.gid);
  // prettier-ignore
  await initdb(
    '--username=postgres', '--encoding=UTF8', '--locale=C', `--lc-ctype=${CTYPE}`, '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8', '--auth=trust', '--no-sync', '--no-instructions',
  );
  const credentials = newCredentials();
  await run({
    file: join(programs, 'postgres'),
    args: ['--single', '-D', clusterDir, ...SINGLE_USER_SETTINGS, 'postgres'],
    user,
    input: rolesAndDatabase(credentials),
  });
  const file = credentialsFile(clusterDir);
  await writeFile(file, JSON.stringify(credentials), { mode: 0o600, flag: 'wx' });
  if (user) await chown(file, user.uid, user.gid);
  await writeFile(join(clusterDir, 'pg_hba.conf'), AUTHENTICATION);
  await initdb('--sync-only');
}

// Durability comes from the --sync-only at the end; a failing statement must not print its passwords.
const SINGLE_USER_SETTINGS = [
  'fsync=off',
  'exit_on_error=on',
  'log_min_error_statement=panic',
].flatMap((setting) => ['-c', setting]);

function rolesAndDatabase({ superuser, owner, application }: Credentials): string {
  return [
    `ALTER ROLE postgres PASSWORD '${superuser}'`,
    `CREATE ROLE mindflow_owner LOGIN CREATEDB PASSWORD '${owner}'`,
    // What DROP DATABASE … WITH (FORCE) needs where other roles are connected.
    'GRANT pg_signal_backend TO mindflow_owner',
    `CREATE ROLE mindflow LOGIN PASSWORD '${application}'`,
    'CREATE DATABASE mindflow OWNER mindflow_owner',
    '',
  ].join('\n');
}

/** A draft is of no use to anybody once there is a cluster: whoever still fills it will find that out. */
async function removeDrafts(home: string): Promise<void> {
  const drafts = (await readdir(home)).filter((name) => name.startsWith(DRAFT_PREFIX));
  const removals = drafts.map((name) => rm(join(home, name), { recursive: true, force: true }));
  await Promise.allSettled(removals);
}
