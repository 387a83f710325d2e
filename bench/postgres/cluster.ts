import { appendFile, chmod, chown, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBinaryPackage, runnablePrograms } from '../../src/database/embedded/binaries.js';
import { run } from '../../src/database/embedded/command.js';
import { chooseSite } from '../../src/database/embedded/site.js';
import { freePort } from '../free-port.js';

/**
 * As durable as in production. Vacuum and checkpoints come between the measurements, not into some of them, and
 * statements are counted only while that is asked for.
 */
const CONFIGURATION = `
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 100
shared_buffers = '256MB'
fsync = on
synchronous_commit = on
jit = off
autovacuum = off
checkpoint_timeout = '1h'
max_wal_size = '16GB'
shared_preload_libraries = 'pg_stat_statements'
pg_stat_statements.track = 'none'
`;

export interface Cluster {
  /** Of the superuser, on the database `postgres`. */
  url: string;
  stop: () => Promise<void>;
}

/** Starts a PostgreSQL of the benchmark's own on a loopback port; stopping it removes it. */
export async function startCluster(): Promise<Cluster> {
  const directory = await mkdtemp(join(tmpdir(), 'mindflow-bench-'));
  await chmod(directory, 0o755);
  const site = await chooseSite(join(directory, 'server'), () => undefined);
  const programs = await runnablePrograms(await findBinaryPackage(), site, () => undefined);
  const { clusterDir, user } = site;
  await mkdir(clusterDir, { mode: 0o700 });
  if (user) await chown(clusterDir, user.uid, user.gid);
  const program = (name: string, ...args: string[]) =>
    run({ file: join(programs, name), args: ['-D', clusterDir, ...args], user });
  await program('initdb', '--username=postgres', '--auth=trust', '--encoding=UTF8', '--no-locale');
  const port = String(await freePort());
  await appendFile(join(clusterDir, 'postgresql.conf'), `${CONFIGURATION}port = ${port}\n`);
  await program('pg_ctl', 'start', '-w', '-l', join(clusterDir, 'server.log'));
  return {
    url: `postgresql://postgres@127.0.0.1:${port}/postgres`,
    stop: async () => {
      await program('pg_ctl', 'stop', '-m', 'immediate');
      await rm(directory, { recursive: true, force: true });
    },
  };
}
