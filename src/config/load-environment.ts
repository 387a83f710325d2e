import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Variables, EnvironmentError, parseEnvironment } from './environment.js';

const EX_CONFIG = 78;

/**
 * The environment of this process, `.env` of the working directory included (set variables win). Ends the process
 * with exit code 78 and one line per wrong variable on standard error.
 */
export function loadEnvironment(): Variables {
  if (existsSync('.env')) process.loadEnvFile('.env');
  try {
    return parseEnvironment(process.env);
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(EX_CONFIG);
  }
}

/** `SECRET_KEY`, or outside production a random one that is kept in the data directory. */
export function secretKey(environment: Variables): string {
  if (environment.SECRET_KEY !== undefined) return environment.SECRET_KEY;
  const directory = resolve(environment.MINDFLOW_DATA_DIR);
  const file = join(directory, 'secret.key');
  mkdirSync(directory, { recursive: true });
  try {
    writeFileSync(file, randomBytes(48).toString('base64url'), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return readFileSync(file, 'utf8');
}
