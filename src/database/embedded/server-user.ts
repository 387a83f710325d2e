import { run, type ServerUser } from './command.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';

const CANDIDATES = ['postgres', 'nobody'];

/**
 * Finds an account for the server: `postgres`, else `nobody`. PostgreSQL refuses to run as root.
 * @throws EmbeddedPostgresError when the system has neither.
 */
export async function findServerUser(): Promise<ServerUser> {
  for (const name of CANDIDATES) {
    const [uid, gid] = await Promise.all([numericId('-u', name), numericId('-g', name)]);
    if (uid && gid) return { uid, gid };
  }
  throw new EmbeddedPostgresError(
    'PostgreSQL refuses to run as root, and this system has neither a user postgres nor a user nobody. ' +
      'Start as an ordinary user, create one of the two, or set DATABASE_URL.',
  );
}

/** Whether the user can enter the directory, whatever its ancestors, ACLs and mounts say. */
export async function canEnter(user: ServerUser, directory: string): Promise<boolean> {
  return succeeds('/bin/sh', ['-c', 'cd -- "$1"', 'sh', directory], user);
}

/** Whether the user can execute the program: its path is open to them and its libraries load. */
export async function canExecute(user: ServerUser, file: string): Promise<boolean> {
  return succeeds(file, ['--version'], user);
}

async function succeeds(file: string, args: string[], user: ServerUser): Promise<boolean> {
  return run({ file, args, user }).then(
    () => true,
    () => false,
  );
}

async function numericId(flag: '-u' | '-g', name: string): Promise<number> {
  const output = await run({ file: 'id', args: [flag, name], user: null }).catch(() => '');
  return Number(output);
}
