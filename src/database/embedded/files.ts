import { constants } from 'node:fs';
import { access, chmod, lchown, open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ServerUser } from './command.js';
import { describe, EmbeddedPostgresError, hasCode } from './embedded-postgres-error.js';

/** The text of a file, or `null` when there is none. */
export async function readIfPresent(file: string): Promise<string | null> {
  return readFile(file, 'utf8').catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  });
}

/** @throws EmbeddedPostgresError when this user may not write to the directory. */
export async function ensureWritable(directory: string): Promise<void> {
  await access(directory, constants.W_OK | constants.X_OK).catch((cause: unknown) => {
    throw new EmbeddedPostgresError(
      `The data directory ${directory} is not writable: ${describe(cause)}. ` +
        'Change its permissions or set MINDFLOW_DATA_DIR to another directory.',
      { cause },
    );
  });
}

/** Gives a directory and everything in it to the user. */
export async function chownTree(directory: string, user: ServerUser): Promise<void> {
  await eachPath(directory, (path) => lchown(path, user.uid, user.gid));
}

/** Opens a directory and everything in it for everybody to read and execute. */
export async function openTree(directory: string): Promise<void> {
  await eachPath(directory, (path) => chmod(path, 0o755));
}

/** Makes what was created in or renamed into a directory survive a power cut. */
export async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, constants.O_RDONLY);
  await handle.sync().finally(() => handle.close());
}

async function eachPath(directory: string, act: (path: string) => Promise<void>): Promise<void> {
  await act(directory);
  for (const entry of await readdir(directory, { recursive: true }))
    await act(join(directory, entry));
}
