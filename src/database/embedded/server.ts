import { setTimeout as pause } from 'node:timers/promises';
import { type BinaryPackage, findBinaryPackage, runnablePrograms } from './binaries.js';
import { ensureCluster } from './cluster.js';
import { type Credentials, readCredentials } from './credentials.js';
import { describe, EmbeddedPostgresError, hasCode } from './embedded-postgres-error.js';
import { readIfPresent } from './files.js';
import { Lease } from './lease.js';
import { Patience } from './patience.js';
import { postmasterRuns, startPostmaster, stopPostmaster } from './postmaster.js';
import { chooseSite, type Log, type Site } from './site.js';
import { PORT, socketDirectory } from './socket.js';

const POLL_MS = 50;
const LOG_TAIL_CHARACTERS = 1000;
const WRONG_PASSWORD = '28P01';

/** The server of one data directory, which any number of processes may start, join and leave. */
export class Server {
  private constructor(
    private readonly site: Site,
    private readonly binaries: BinaryPackage,
    private readonly credentials: Credentials,
    private readonly log: Log,
  ) {}

  /** Finds the cluster of a data directory or makes it. @throws EmbeddedPostgresError when it cannot be used. */
  static async prepare(dataDir: string, log: Log): Promise<Server> {
    const binaries = await findBinaryPackage();
    const site = await chooseSite(dataDir, log);
    await ensureCluster(site, binaries, log);
    return new Server(site, binaries, await readCredentials(site.clusterDir), log);
  }

  /** A connection string of the application's role or of the owner's. */
  url(role: 'mindflow' | 'mindflow_owner'): string {
    const password = this.credentials[role === 'mindflow' ? 'application' : 'owner'];
    const host = encodeURIComponent(this.socketDir);
    return `postgresql://${role}:${password}@localhost:${String(PORT)}/mindflow?host=${host}`;
  }

  /**
   * Takes a share in the running server, starting it when nobody has.
   * @throws EmbeddedPostgresError when it cannot be started or has not answered for 30 s; the signal's reason when aborted.
   */
  async join(signal: AbortSignal): Promise<Lease> {
    const patience = new Patience();
    for (;;) {
      signal.throwIfAborted();
      try {
        return await this.takeLease();
      } catch (error) {
        if (hasCode(error, WRONG_PASSWORD)) throw this.wrongPassword(error);
        patience.refused(error);
      }
      if (!(await postmasterRuns(this.site)) && (await this.start(patience))) continue;
      if (patience.isOver) throw await this.noSignOfLife(patience.cause);
      await pause(POLL_MS);
    }
  }

  /** Takes a share only if the server runs. */
  async takeLease(): Promise<Lease> {
    return Lease.take(this.socketDir, this.credentials.superuser);
  }

  /** Stops the server, whoever uses it. */
  async stop(): Promise<void> {
    await stopPostmaster(this.site, await this.programs());
  }

  private get socketDir(): string {
    return socketDirectory(this.site.clusterDir);
  }

  private async programs(): Promise<string> {
    return runnablePrograms(this.binaries, this.site, this.log);
  }

  /** Resolves with whether it started; it does not when another process is faster. */
  private async start(patience: Patience): Promise<boolean> {
    const startedAt = performance.now();
    const programs = await this.programs();
    try {
      await startPostmaster(this.site, programs);
    } catch (error) {
      if (error instanceof EmbeddedPostgresError) throw error;
      patience.startFailed(error);
      return false;
    }
    this.log(`Started PostgreSQL ${this.binaries.version} on ${this.site.clusterDir}`, {
      durationMs: Math.round(performance.now() - startedAt),
    });
    return true;
  }

  private wrongPassword(cause: unknown): EmbeddedPostgresError {
    return new EmbeddedPostgresError(
      `The server on ${this.site.clusterDir} refuses the password kept there: ${describe(cause)}. ` +
        'Set the password of its role postgres back, or move the directory away to begin with an empty database.',
      { cause },
    );
  }

  private async noSignOfLife(cause: unknown): Promise<EmbeddedPostgresError> {
    const log = ((await readIfPresent(this.site.logFile)) ?? '').slice(-LOG_TAIL_CHARACTERS);
    return new EmbeddedPostgresError(
      `The embedded PostgreSQL on ${this.site.clusterDir} does not start: ${describe(cause)}\n` +
        `The end of ${this.site.logFile}:\n${log}`,
      { cause },
    );
  }
}
