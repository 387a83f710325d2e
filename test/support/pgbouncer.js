import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findServerUser } from '../../dist/src/database/embedded/server-user.js';

const PORT = 6432;
const START_ATTEMPTS = 100;
const PAUSE_MS = 50;

/**
 * Starts PgBouncer in transaction mode on a private socket, in front of every database of the server that `target`
 * names. Its defaults are those of its package, but for a server that gives up databases as fast as tests do.
 *
 * @returns the URL through the pooler, its process id, and what stops it
 */
export async function startPgBouncer(target) {
  const directory = await mkdtemp(join(tmpdir(), 'mindflow-pooler-'));
  const server = new URL(target);
  const log = join(directory, 'log');
  const ini = join(directory, 'pgbouncer.ini');
  const users = join(directory, 'users');
  await writeFile(users, `"${server.username}" "${decodeURIComponent(server.password)}"\n`);
  await writeFile(ini, configuration({ server, directory, users, log }));
  const user = process.getuid?.() === 0 ? await findServerUser() : null;
  if (user) await chown(directory, user.uid, user.gid);
  const child = spawn('pgbouncer', ['-q', ini], {
    stdio: 'ignore',
    env: { PATH: `${process.env.PATH}:/usr/sbin` },
    ...(user && { uid: user.uid, gid: user.gid }),
  });
  const ended = once(child, 'exit');
  await Promise.race([
    listening(join(directory, `.s.PGSQL.${PORT}`), log),
    ended.then(() => failed('has ended', log)),
  ]);
  const url = new URL(target);
  url.host = `localhost:${PORT}`;
  url.searchParams.set('host', directory);
  return {
    url: url.href,
    pid: child.pid,
    stop: async () => {
      child.kill('SIGINT');
      child.kill('SIGTERM');
      await ended;
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function configuration({ server, directory, users, log }) {
  const host = server.searchParams.get('host') ?? server.hostname;
  return `[databases]
* = host=${host} port=${server.port || 5432}
[pgbouncer]
pool_mode = transaction
listen_addr =
listen_port = ${PORT}
unix_socket_dir = ${directory}
auth_type = scram-sha-256
auth_file = ${users}
logfile = ${log}
pidfile = ${join(directory, 'pid')}
server_login_retry = 0
server_idle_timeout = 5
max_client_conn = 1000
`;
}

async function listening(socketPath, log) {
  for (let attempt = 1; attempt <= START_ATTEMPTS; attempt++) {
    const socket = connect(socketPath);
    const isOpen = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isOpen) return;
    await delay(PAUSE_MS);
  }
  await failed('does not listen', log);
}

async function failed(how, log) {
  throw new Error(`PgBouncer ${how}: ${await readFile(log, 'utf8').catch(String)}`);
}
