import { spawn } from 'node:child_process';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';

/** The account that runs the server when the application itself runs as root. */
export interface ServerUser {
  uid: number;
  gid: number;
}

/** One of PostgreSQL's own programs to run to its end. */
export interface Command {
  file: string;
  args: string[];
  /** Who runs it; `null` is the user of this process. */
  user: ServerUser | null;
  input?: string;
}

// A fixed environment keeps the caller's PGDATA, PGPORT, LC_* and HOME out of the server.
const ENVIRONMENT = { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: '/', LC_ALL: 'C', TZ: 'UTC' };
const KEPT_OUTPUT_CHARACTERS = 800;

/**
 * Runs a program in a session of its own, so that Ctrl-C in the terminal does not reach it, and resolves with what it printed.
 * @throws EmbeddedPostgresError when the program cannot be executed; Error with its last output when it fails.
 */
export function run({ file, args, user, input }: Command): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      cwd: '/',
      env: ENVIRONMENT,
      detached: true,
      ...(user && { uid: user.uid, gid: user.gid }),
    });
    let output = '';
    const keep = (text: string) => {
      output = (output + text).slice(-KEPT_OUTPUT_CHARACTERS);
    };
    child.stdout.setEncoding('utf8').on('data', keep);
    child.stderr.setEncoding('utf8').on('data', keep);
    child.on('error', (cause) => {
      reject(
        new EmbeddedPostgresError(`Cannot execute ${file}: ${cause.message}. ${ADVICE}`, { cause }),
      );
    });
    child.on('close', (code, signal) => {
      if (code === 0) resolve(output);
      else reject(new Error(`${file} ended with ${String(signal ?? code)}: ${output.trim()}`));
    });
    // A program that ends without reading its input has said why on stderr.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}

const ADVICE =
  'On a system where these binaries do not run (they need glibc on Linux), set DATABASE_URL to a PostgreSQL server.';
