import { createHash } from 'node:crypto';
import { chown, lstat, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type ServerUser } from './command.js';
import { EmbeddedPostgresError, hasCode } from './embedded-postgres-error.js';
import { type Site } from './site.js';

/** PostgreSQL names the socket's file after this port; nothing listens on the network. */
export const PORT = 5432;

/** `sun_path` holds 108 bytes on Linux and 104 on macOS, the final NUL included. */
const LONGEST_PATH_BYTES = 103;

const TYPE_AND_OTHERS = 0o170077;
const DIRECTORY_FOR_OWNER_ONLY = 0o040000;

/**
 * The directory of the server's socket, which only the server's user may enter: the cluster itself, else, where its path is
 * too long for a socket, a short one under /tmp. Not `os.tmpdir()`: two starts with different TMPDIR must meet.
 */
export function socketDirectory(clusterDir: string): string {
  if (Buffer.byteLength(socketFile(clusterDir)) <= LONGEST_PATH_BYTES) return clusterDir;
  return join(
    '/tmp',
    `mindflow-${createHash('sha256').update(clusterDir).digest('hex').slice(0, 16)}`,
  );
}

/** The path of the socket in its directory. */
export function socketFile(directory: string): string {
  return join(directory, `.s.PGSQL.${String(PORT)}`);
}

/** @throws EmbeddedPostgresError when somebody else occupies the directory's name. */
export async function ensureSocketDirectory({ clusterDir, user }: Site): Promise<string> {
  const directory = socketDirectory(clusterDir);
  if (directory !== clusterDir) await makePrivate(directory, user);
  return directory;
}

async function makePrivate(directory: string, user: ServerUser | null): Promise<void> {
  await mkdir(directory, { mode: 0o700 }).catch((error: unknown) => {
    if (!hasCode(error, 'EEXIST')) throw error;
  });
  const self = process.getuid?.();
  const { uid, mode } = await lstat(directory);
  if (![self, user?.uid].includes(uid) || (mode & TYPE_AND_OTHERS) !== DIRECTORY_FOR_OWNER_ONLY)
    throw new EmbeddedPostgresError(
      `${directory} is needed for the database's socket, but it is not a private directory of the server's user. Remove it.`,
    );
  if (user && uid === self) await chown(directory, user.uid, user.gid);
}
