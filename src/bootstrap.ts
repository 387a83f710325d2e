import { resolve } from 'node:path';
import { type Variables } from './config/environment.js';
import { secretKey } from './config/load-environment.js';
import { type Settings } from './config/settings.js';
import { EmbeddedPostgres } from './database/embedded/embedded-postgres.js';

export interface Bootstrap {
  settings: Settings;
  /** Gives back the embedded PostgreSQL, if there is one: the last thing a process does. */
  release: () => Promise<void>;
}

/**
 * Fills in what the environment leaves out: the embedded PostgreSQL, started here, and a secret for development.
 *
 * @throws EmbeddedPostgresError, or the reason of `signal` when it was aborted and the server is stopped again
 */
export async function bootstrap(
  environment: Variables,
  log: (message: string, details?: object) => void,
  signal?: AbortSignal,
): Promise<Bootstrap> {
  const SECRET_KEY = secretKey(environment);
  if (environment.DATABASE_URL !== undefined) {
    const { DATABASE_URL, DATABASE_DIRECT_URL = DATABASE_URL } = environment;
    return {
      settings: { ...environment, DATABASE_URL, DATABASE_DIRECT_URL, SECRET_KEY },
      release: () => Promise.resolve(),
    };
  }
  const dataDir = resolve(environment.MINDFLOW_DATA_DIR);
  const embedded = await EmbeddedPostgres.start({ dataDir, log, ...(signal && { signal }) });
  const { url: DATABASE_URL, directUrl: DATABASE_DIRECT_URL } = embedded;
  return {
    settings: { ...environment, DATABASE_URL, DATABASE_DIRECT_URL, SECRET_KEY },
    release: () => embedded.stop(),
  };
}
