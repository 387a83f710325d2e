import { Socket } from 'node:net';
import pg from 'pg';
import { PORT } from './socket.js';

// Any fixed number does: advisory locks are per database, and nobody else uses the database `postgres`.
const LOCK_KEY = 6463_3569;
const CONNECT_TIMEOUT_MS = 5000;
const QUERY_TIMEOUT_MS = 5000;

/**
 * A share in the running server: a shared advisory lock held by a connection of its own. However its process ends, the
 * server gives the share back, so the one that finds no other share left is the last user.
 */
export class Lease {
  private constructor(
    private readonly client: pg.Client,
    private readonly socket: Socket,
  ) {}

  /** Connects and takes a share; fails as `pg` fails when there is no server to connect to. */
  static async take(host: string, password: string): Promise<Lease> {
    const socket = new Socket();
    const client = new pg.Client({
      host,
      port: PORT,
      database: 'postgres',
      user: 'postgres',
      password,
      ssl: false,
      application_name: 'mindflow lease',
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      query_timeout: QUERY_TIMEOUT_MS,
      stream: () => socket,
    });
    client.on('error', () => socket.destroy());
    try {
      await client.connect();
      // Waits while a last user is stopping the server, and then fails with the connection.
      await client.query('SELECT pg_advisory_lock_shared($1)', [LOCK_KEY]);
    } catch (error) {
      socket.destroy();
      throw error;
    }
    // An application that has nothing else to do may end without asking.
    socket.unref();
    return new Lease(client, socket);
  }

  /** Calls back once when the connection has ended, at once if it already has. */
  onEnd(callback: () => void): void {
    if (this.socket.destroyed) callback();
    else this.socket.once('close', callback);
  }

  /**
   * Gives the share back. Resolves with whether it was the last one; if so nobody can take a new one until `close`.
   */
  async release(): Promise<boolean> {
    this.socket.ref();
    await this.client.query('SELECT pg_advisory_unlock_shared($1)', [LOCK_KEY]);
    const { rows } = await this.client.query<{ last: boolean }>(
      'SELECT pg_try_advisory_lock($1) AS last',
      [LOCK_KEY],
    );
    return rows[0]?.last ?? false;
  }

  /** Ends the connection without waiting for the server. */
  close(): void {
    this.socket.destroy();
  }
}
