import { createHash } from 'node:crypto';
import { chmod, mkdir, readdir, realpath, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type ServerUser } from './command.js';
import { describe, EmbeddedPostgresError } from './embedded-postgres-error.js';
import { chownTree, ensureWritable } from './files.js';
import { canEnter, findServerUser } from './server-user.js';

/** A line of the start-up log, for people. */
export type Log = (message: string, details?: object) => void;

/** Where one embedded server lives and who runs it. */
export interface Site {
  /** The data directory, or its stand-in where the server's user cannot reach it. */
  home: string;
  /** The PostgreSQL data directory, readable by its owner only. */
  clusterDir: string;
  logFile: string;
  /** `null` when the server runs as the user of this process. */
  user: ServerUser | null;
}

const SHARED_HOME = '/var/lib/mindflow';

/** pg_ctl puts the path between double quotes in a shell's command line, as it is. */
const UNQUOTABLE = /["$\\`\n]/;

/**
 * Decides where the server of a data directory lives and who runs it, creating the directory when it is missing.
 * @throws EmbeddedPostgresError when the directory cannot be written or belongs to somebody else.
 */
export async function chooseSite(dataDir: string, log: Log): Promise<Site> {
  const isRoot = process.getuid?.() === 0;
  await makeDirectory(resolve(dataDir));
  const directory = await realpath(dataDir);
  if (UNQUOTABLE.test(directory))
    throw new EmbeddedPostgresError(
      `pg_ctl cannot be told the path ${directory}. Set MINDFLOW_DATA_DIR to one without " $ \\ and \`.`,
    );
  return isRoot ? siteForRoot(directory, log) : siteForOwner(directory);
}

async function makeDirectory(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true });
  } catch (cause) {
    throw new EmbeddedPostgresError(
      `Cannot create the data directory ${directory}: ${describe(cause)}. Set MINDFLOW_DATA_DIR to a directory this user may write.`,
      { cause },
    );
  }
}

async function siteForOwner(home: string): Promise<Site> {
  await ensureWritable(home);
  const owner = await ownerOf(clusterIn(home));
  if (owner && owner.uid !== process.getuid?.())
    throw new EmbeddedPostgresError(
      `The database in ${clusterIn(home)} belongs to user id ${String(owner.uid)}. ` +
        'Start as that user or as root, or set MINDFLOW_DATA_DIR to another directory.',
    );
  return site(home, null);
}

async function siteForRoot(directory: string, log: Log): Promise<Site> {
  const standIn = join(
    SHARED_HOME,
    createHash('sha256').update(directory).digest('hex').slice(0, 16),
  );
  const inPlace = await ownerOf(clusterIn(directory));
  if (inPlace) return existingSite(directory, inPlace);
  const elsewhere = await ownerOf(clusterIn(standIn));
  const user = await findServerUser();
  await letOthersPass(directory);
  if (!elsewhere && (await canEnter(user, directory))) return site(directory, user);
  log(`The database is kept in ${standIn}: PostgreSQL's user cannot reach ${directory}`);
  if (elsewhere) return existingSite(standIn, elsewhere);
  await makeDirectory(standIn);
  await Promise.all([chmod(SHARED_HOME, 0o755), chmod(standIn, 0o755)]);
  return site(standIn, user);
}

/** An empty directory is the database's own: that a strict umask or mktemp has made it private is no reason to leave it. */
async function letOthersPass(directory: string): Promise<void> {
  const [{ mode }, names] = await Promise.all([stat(directory), readdir(directory)]);
  if (names.length === 0) await chmod(directory, (mode & 0o7777) | 0o011);
}

/** Whoever owns a cluster runs it; one that root has copied or restored is given to the server's user first. */
async function existingSite(home: string, owner: ServerUser): Promise<Site> {
  const user = owner.uid === 0 ? await findServerUser() : owner;
  if (!(await canEnter(user, home)))
    throw new EmbeddedPostgresError(
      `There is a database in ${clusterIn(home)}, but user id ${String(user.uid)}, who runs it, cannot reach it. ` +
        'Give that user the right to enter the directories above it (chmod o+x), or set DATABASE_URL.',
    );
  if (owner.uid === 0) await chownTree(clusterIn(home), user);
  return site(home, user);
}

function site(home: string, user: ServerUser | null): Site {
  return { home, clusterDir: clusterIn(home), logFile: join(home, 'postgres.log'), user };
}

function clusterIn(home: string): string {
  return join(home, 'postgres');
}

async function ownerOf(directory: string): Promise<ServerUser | null> {
  return stat(directory).catch(() => null);
}
