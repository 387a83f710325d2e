import { type Pool, type PoolClient } from 'pg';
import { type DataSource } from 'typeorm';
import { Connection } from './connection.js';
import {
  CROWDED_PAUSE_MS,
  DatabaseUnavailableError,
  isCrowded,
  translate,
} from './database-errors.js';
import { type PipeliningClient } from './pipelining-client.js';
import { type RejectedStatements } from './rejected-statements.js';

/** The pool, as what lends connections. */
export class Connections {
  private crowdedUntilMs = 0;

  constructor(
    private readonly dataSource: DataSource,
    private readonly rejected: RejectedStatements,
  ) {}

  /** @throws DatabaseUnavailableError, PoolExhaustedError */
  async borrow(): Promise<Connection> {
    if (!this.dataSource.isInitialized) throw new DatabaseUnavailableError('not connected yet');
    const { master: pool } = this.dataSource.driver as unknown as { master: Pool };
    if (pool.idleCount === 0 && performance.now() < this.crowdedUntilMs) {
      throw new DatabaseUnavailableError('PostgreSQL has no connection left');
    }
    try {
      const askedMs = performance.now();
      const isQueued = pool.totalCount >= pool.options.max && pool.idleCount === 0;
      const client = (await pool.connect()) as PoolClient & PipeliningClient;
      // What a new connection takes says how far away the server is, and statements will need their time as well.
      const queuedMs = isQueued ? performance.now() - askedMs : 0;
      return new Connection(client, this.rejected, queuedMs);
    } catch (error) {
      if (isCrowded(error)) this.crowdedUntilMs = performance.now() + CROWDED_PAUSE_MS;
      throw translate(error);
    }
  }
}
