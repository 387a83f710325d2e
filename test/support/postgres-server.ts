import { randomUUID } from 'node:crypto';
import { appendFile, chmod, chown, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { findBinaryPackage, runnablePrograms } from '../../src/database/embedded/binaries.js';
import { run } from '../../src/database/embedded/command.js';
import { chooseSite, type Site } from '../../src/database/embedded/site.js';
import { killServer, signalServer } from './processes.js';
import { freePort } from './program.js';

const APPLICATION_ROLE = 'application';
const silently = () => undefined;

/** A PostgreSQL server of one's own on a loopback port, to be stopped, killed and brought back. */
export class PostgresServer {
  private constructor(
    private readonly directory: string,
    private readonly site: Site,
    private readonly programs: string,
    private readonly port: number,
  ) {}

  static async start(): Promise<PostgresServer> {
    const directory = await mkdtemp(join(tmpdir(), 'mindflow-faults-'));
    await chmod(directory, 0o755);
    const site = await chooseSite(join(directory, 'server'), silently);
    const programs = await runnablePrograms(await findBinaryPackage(), site, silently);
    const server = new PostgresServer(directory, site, programs, await freePort());
    await server.create();
    await server.restart();
    await server.administer(`CREATE ROLE ${APPLICATION_ROLE} LOGIN`);
    return server;
  }

  /** Creates an empty database. */
  async database(tablespace = 'pg_default'): Promise<{ url: string; directUrl: string }> {
    const name = `faults_${randomUUID().replaceAll('-', '')}`;
    await this.administer(`CREATE DATABASE ${name} TABLESPACE ${tablespace}`);
    return { url: this.url(APPLICATION_ROLE, name), directUrl: this.url('postgres', name) };
  }

  /** The account that the server runs as; null when it is that of the tests. */
  get user(): Site['user'] {
    return this.site.user;
  }

  /** `kill -9` for the postmaster and its children. */
  async kill(): Promise<void> {
    const { clusterDir } = this.site;
    await killServer(clusterDir);
    // Where nobody reaps orphans, the dead postmaster's id stays taken and its lock file would count.
    await rm(join(clusterDir, 'postmaster.pid'), { force: true });
  }

  /** SIGSTOP for the postmaster and its children. */
  async pause(): Promise<void> {
    await signalServer(this.site.clusterDir, 'SIGSTOP');
  }

  async resume(): Promise<void> {
    await signalServer(this.site.clusterDir, 'SIGCONT');
  }

  /** Starts it after it was killed; resolves when it accepts connections. */
  async restart(): Promise<void> {
    const log = join(this.site.clusterDir, 'server.log');
    await this.pgCtl('start', '-l', log, '-o', `-p ${String(this.port)}`);
  }

  async administer(statement: string): Promise<void> {
    const client = new pg.Client({ connectionString: this.url('postgres', 'postgres') });
    await client.connect();
    await client.query(statement).finally(() => client.end());
  }

  async stop(): Promise<void> {
    await this.kill();
    await rm(this.directory, { recursive: true, force: true });
  }

  private url(role: string, database: string): string {
    return `postgresql://${role}@127.0.0.1:${String(this.port)}/${database}`;
  }

  private async create(): Promise<void> {
    const { clusterDir, user } = this.site;
    await mkdir(clusterDir, { mode: 0o700 });
    if (user) await chown(clusterDir, user.uid, user.gid);
    const args = ['-D', clusterDir, '--username=postgres', '--auth=trust', '--no-sync'];
    await run({ file: join(this.programs, 'initdb'), args, user });
    await appendFile(
      join(clusterDir, 'postgresql.conf'),
      `listen_addresses = '127.0.0.1'\nunix_socket_directories = ''\njit = off\n`,
    );
  }

  private pgCtl(...args: string[]): Promise<string> {
    return run({
      file: join(this.programs, 'pg_ctl'),
      args: ['-D', this.site.clusterDir, '-w', ...args],
      user: this.user,
    });
  }
}
