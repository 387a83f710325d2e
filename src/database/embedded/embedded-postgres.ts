import { setTimeout as pause } from 'node:timers/promises';
import { describe } from './embedded-postgres-error.js';
import { type Lease } from './lease.js';
import { Server } from './server.js';
import { type Log } from './site.js';

export { EmbeddedPostgresError } from './embedded-postgres-error.js';

export interface EmbeddedPostgresOptions {
  /** Where the database is kept; created when it is missing. */
  dataDir: string;
  /** Receives one line for each event worth telling a person. */
  log: Log;
  /** Gives the start up: what was begun of it is taken back. */
  signal?: AbortSignal;
}

const RETRY_MS = 1000;

/**
 * A real PostgreSQL server, kept beside the application. Several processes may use one data directory at once: they share
 * one server, which the last of them to stop takes down. When the server dies it is brought back.
 */
export class EmbeddedPostgres {
  /** Connection string of `mindflow`, the application's role, which owns nothing. */
  readonly url: string;
  /** Connection string of `mindflow_owner`, who owns the database and may create others. */
  readonly directUrl: string;

  private readonly stopping = new AbortController();
  private lease: Lease | null = null;
  private recovery: Promise<void> = Promise.resolve();
  private stopped: Promise<void> | undefined;

  private constructor(
    private readonly server: Server,
    private readonly log: Log,
  ) {
    this.url = server.url('mindflow');
    this.directUrl = server.url('mindflow_owner');
  }

  /**
   * Starts the server of a data directory, or joins it when it runs, and resolves when it accepts connections.
   * @throws EmbeddedPostgresError when it cannot be used as things are; the signal's reason when it is given up.
   */
  static async start({ dataDir, log, signal }: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
    const postgres = new EmbeddedPostgres(await Server.prepare(dataDir, log), log);
    const giveUp = () => {
      postgres.stopping.abort(signal?.reason);
    };
    if (signal?.aborted) giveUp();
    signal?.addEventListener('abort', giveUp, { once: true });
    try {
      await postgres.join();
      return postgres;
    } catch (error) {
      if (postgres.isStopping()) await postgres.leave();
      throw error;
    } finally {
      signal?.removeEventListener('abort', giveUp);
    }
  }

  /** Leaves the server, and stops it if nobody else uses it. Calling again waits for the same end. */
  async stop(): Promise<void> {
    this.stopped ??= this.leave();
    await this.stopped;
  }

  private isStopping(): boolean {
    return this.stopping.signal.aborted;
  }

  private async join(): Promise<void> {
    const lease = await this.server.join(this.stopping.signal);
    this.lease = lease;
    lease.onEnd(() => {
      this.lease = null;
      if (!this.isStopping()) this.recovery = this.recover();
    });
  }

  private async recover(): Promise<void> {
    this.log('Lost the embedded PostgreSQL; bringing it back');
    while (!this.isStopping()) {
      try {
        await this.join();
        this.log('The embedded PostgreSQL is back');
        return;
      } catch (error) {
        if (this.isStopping()) return;
        this.log(`The embedded PostgreSQL is still away: ${describe(error)}`);
        await pause(RETRY_MS, undefined, { ref: false, signal: this.stopping.signal }).catch(
          () => undefined,
        );
      }
    }
  }

  private async leave(): Promise<void> {
    this.stopping.abort();
    await this.recovery;
    // A recovery that was cut short may have started the server without taking a share in it.
    const lease = this.lease ?? (await this.server.takeLease().catch(() => null));
    if (!lease) return;
    try {
      if (!(await lease.release())) return;
      await this.server.stop();
      this.log('Stopped the embedded PostgreSQL');
    } catch (error) {
      this.log(`The embedded PostgreSQL was left as it is: ${describe(error)}`);
    } finally {
      lease.close();
    }
  }
}
