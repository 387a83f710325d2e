import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, EmbeddedPostgresError } from './embedded-postgres-error.js';

/** The passwords of the cluster's three roles. */
export interface Credentials {
  /** `postgres`, which only this module uses. */
  superuser: string;
  /** `mindflow_owner`, who owns the database. */
  owner: string;
  /** `mindflow`, the application's role. */
  application: string;
}

const BYTES = 24;

/** Makes up new passwords; their alphabet needs no quoting in SQL or URLs. */
export function newCredentials(): Credentials {
  const password = () => randomBytes(BYTES).toString('base64url');
  return { superuser: password(), owner: password(), application: password() };
}

/** The file, in the cluster that it opens, so that the two are made, moved and deleted as one. */
export function credentialsFile(clusterDir: string): string {
  return join(clusterDir, 'mindflow-passwords.json');
}

/** @throws EmbeddedPostgresError when the file is missing or damaged. */
export async function readCredentials(clusterDir: string): Promise<Credentials> {
  const file = credentialsFile(clusterDir);
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Credentials;
  } catch (cause) {
    throw new EmbeddedPostgresError(
      `Cannot read the passwords of the embedded database from ${file}: ${describe(cause)}. ` +
        `Restore that file from a backup, or move ${clusterDir} away to begin with an empty database.`,
      { cause },
    );
  }
}
