import { randomUUID } from 'node:crypto';
import { chmod, cp, lstat, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { type ServerUser } from './command.js';
import { EmbeddedPostgresError, hasCode } from './embedded-postgres-error.js';
import { openTree, readIfPresent } from './files.js';
import { canExecute } from './server-user.js';
import { type Log, type Site } from './site.js';

/** The installed npm package with PostgreSQL's programs for this platform. */
export interface BinaryPackage {
  directory: string;
  version: string;
  major: number;
}

const PROGRAMS = ['initdb', 'pg_ctl', 'postgres'];

/** @throws EmbeddedPostgresError when there is no package for this platform or it is not installed. */
export async function findBinaryPackage(): Promise<BinaryPackage> {
  const platform = `${process.platform}-${process.arch}`;
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`);
  } catch (cause) {
    throw new EmbeddedPostgresError(
      `There is no embedded PostgreSQL for ${platform} (@embedded-postgres/${platform} is not installed). ` +
        'Set DATABASE_URL to a PostgreSQL server, or install the optional dependencies.',
      { cause },
    );
  }
  const directory = dirname(dirname(entry));
  const { version } = JSON.parse(await readFile(join(directory, 'package.json'), 'utf8')) as {
    version: string;
  };
  return { directory, version, major: Number.parseInt(version, 10) };
}

/**
 * Returns a directory of programs that the server's user can execute: the package itself, completed where its install
 * script did not run, else a copy beside the data.
 */
export async function runnablePrograms(
  found: BinaryPackage,
  { home, user }: Site,
  log: Log,
): Promise<string> {
  if (await isUsable(found.directory, user)) return join(found.directory, 'native', 'bin');
  const copy = join(home, `binaries-${found.version}`);
  if (!(await stat(copy).catch(() => null))) {
    log(`Copying PostgreSQL's programs to ${copy}: they cannot be run from ${found.directory}`);
    await copyPackage(found.directory, copy);
  }
  return join(copy, 'native', 'bin');
}

async function isUsable(directory: string, user: ServerUser | null): Promise<boolean> {
  try {
    await complete(directory);
  } catch (error) {
    if (hasCode(error, 'EACCES', 'EPERM', 'EROFS')) return false;
    throw error;
  }
  return user === null || canExecute(user, join(directory, 'native', 'bin', 'postgres'));
}

/** Does what the package's install script does, which npm may have been told not to run. */
async function complete(directory: string): Promise<void> {
  const listed = (await readIfPresent(join(directory, 'native', 'pg-symlinks.json'))) ?? '[]';
  for (const { source, target } of JSON.parse(listed) as { source: string; target: string }[]) {
    const link = join(directory, target);
    if (await lstat(link).catch(() => null)) continue;
    await symlink(basename(source), link).catch((error: unknown) => {
      if (!hasCode(error, 'EEXIST')) throw error;
    });
  }
  for (const program of PROGRAMS) {
    const file = join(directory, 'native', 'bin', program);
    if (((await stat(file)).mode & 0o111) !== 0o111) await chmod(file, 0o755);
  }
}

async function copyPackage(from: string, to: string): Promise<void> {
  const draft = `${to}.new-${randomUUID()}`;
  try {
    await cp(join(from, 'native'), join(draft, 'native'), {
      recursive: true,
      verbatimSymlinks: true,
      filter: (source) => !source.endsWith('.a'),
    });
    await openTree(draft);
    await complete(draft);
    await rename(draft, to);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (!hasCode(error, 'EEXIST', 'ENOTEMPTY')) throw error;
  }
}
