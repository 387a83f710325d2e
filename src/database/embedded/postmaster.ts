import { chown, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { run } from './command.js';
import { readIfPresent } from './files.js';
import { type Site } from './site.js';
import { ensureSocketDirectory, socketDirectory, socketFile } from './socket.js';

const LOG_LIMIT_BYTES = 10_000_000;
const START_SECONDS = 60;
const STOP_TIMEOUT_MS = 60_000;
const POLL_MS = 10;

/** No network; nothing acknowledged is lost; errors are logged without the data of the statements that caused them. */
const SETTINGS = {
  listen_addresses: '',
  max_connections: '100',
  shared_buffers: '128MB',
  fsync: 'on',
  synchronous_commit: 'on',
  password_encryption: 'scram-sha-256',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
  log_error_verbosity: 'terse',
  log_min_error_statement: 'panic',
};

/** Starts the server and resolves when it accepts connections; fails when another start was faster. */
export async function startPostmaster(site: Site, programs: string): Promise<void> {
  const { clusterDir, logFile, user } = site;
  const directory = await ensureSocketDirectory(site);
  await prepareLog(site);
  // Relative to the cluster, so that no character of its path needs quoting.
  const settings = {
    ...SETTINGS,
    unix_socket_directories: directory === clusterDir ? '.' : directory,
  };
  const options = Object.entries(settings).map(([name, value]) => `-c ${name}='${value}'`);
  await run({
    file: join(programs, 'pg_ctl'),
    args: [
      'start',
      '-D',
      clusterDir,
      '-l',
      logFile,
      '-w',
      '-t',
      String(START_SECONDS),
      '-o',
      options.join(' '),
    ],
    user,
  });
}

/**
 * Stops the server, ending its remaining connections, and resolves when it has written everything down. Waits by itself:
 * `pg_ctl stop -w` takes a server that somebody starts right afterwards for the one it waits for.
 */
export async function stopPostmaster({ clusterDir, user }: Site, programs: string): Promise<void> {
  const pid = await lockHolder(lockFileOf(clusterDir));
  await run({
    file: join(programs, 'pg_ctl'),
    args: ['stop', '-D', clusterDir, '-m', 'fast', '-W'],
    user,
  });
  const deadline = performance.now() + STOP_TIMEOUT_MS;
  while (pid !== null && (await isPostmaster(pid, clusterDir))) {
    if (performance.now() > deadline) throw new Error('it is still shutting down after 60 s');
    await pause(POLL_MS);
  }
}

/**
 * Whether a server runs on the cluster. A lock file whose process id now belongs to a stranger is removed: PostgreSQL
 * sees only that such a process lives, and would refuse to start for ever.
 */
export async function postmasterRuns({ clusterDir }: Site): Promise<boolean> {
  if (await ownerRuns(lockFileOf(clusterDir), clusterDir)) return true;
  await ownerRuns(`${socketFile(socketDirectory(clusterDir))}.lock`, clusterDir);
  return false;
}

async function ownerRuns(lockFile: string, clusterDir: string): Promise<boolean> {
  const pid = await lockHolder(lockFile);
  if (pid === null || !exists(pid)) return false;
  if (await isPostmaster(pid, clusterDir)) return true;
  if ((await lockHolder(lockFile)) === pid) await rm(lockFile, { force: true });
  return false;
}

/** The process id on the first line of a lock file. */
async function lockHolder(lockFile: string): Promise<number | null> {
  const pid = Number.parseInt((await readIfPresent(lockFile)) ?? '', 10);
  return Number.isNaN(pid) ? null : pid;
}

function lockFileOf(clusterDir: string): string {
  return join(clusterDir, 'postmaster.pid');
}

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** A server changes into its cluster; a zombie, which nobody reaps in many containers, has no directory any more. */
async function isPostmaster(pid: number, clusterDir: string): Promise<boolean> {
  try {
    if (process.platform === 'linux') {
      const [cwd, cluster, name] = await Promise.all([
        stat(`/proc/${String(pid)}/cwd`),
        stat(clusterDir),
        readFile(`/proc/${String(pid)}/comm`, 'utf8'),
      ]);
      return cwd.ino === cluster.ino && cwd.dev === cluster.dev && name.startsWith('postgres');
    }
    const command = await run({
      file: 'ps',
      args: ['-ww', '-o', 'command=', '-p', String(pid)],
      user: null,
    });
    return command.includes('postgres');
  } catch {
    return false;
  }
}

async function prepareLog({ logFile, user }: Site): Promise<void> {
  const size = await stat(logFile).then(
    (found) => found.size,
    () => 0,
  );
  if (size > LOG_LIMIT_BYTES) await rename(logFile, `${logFile}.1`);
  const handle = await open(logFile, 'a', 0o600);
  await handle.close();
  if (user) await chown(logFile, user.uid, user.gid);
}
