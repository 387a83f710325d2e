import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Commit, type CommitCompanion } from './commit.js';
import { type Connection } from './connection.js';
import { Connections } from './connections.js';
import {
  DatabaseUnavailableError,
  isTransient,
  spoilsConnection,
  translate,
} from './database-errors.js';
import { Lookups } from './lookups.js';
import { RejectedStatements } from './rejected-statements.js';
import { Transaction } from './transaction.js';

const MAX_ATTEMPTS = 3;
const RETRY_JITTER_MS = 50;
const READ_AGAIN_WITHIN_MS = 500;
const READ_AGAIN_AFTER_MS = 20;

/** The one way to PostgreSQL for every module: reads by `query` and `lookUp`, changes by `transaction` and `change`. */
@Injectable()
export class Database {
  private readonly companions: CommitCompanion[] = [];
  private readonly connections: Connections;
  private readonly lookups: Lookups;

  constructor(dataSource: DataSource, rejected: RejectedStatements) {
    this.connections = new Connections(dataSource, rejected);
    this.lookups = new Lookups(this.connections);
  }

  /** Registers what must be stored with every change. */
  accompany(companion: CommitCompanion): void {
    this.companions.push(companion);
  }

  /**
   * Runs one reading statement. A connection found dead is replaced and the statement tried again, up to three times in
   * half a second, so it must change nothing.
   *
   * @throws DatabaseUnavailableError, PoolExhaustedError, StatementTimeoutError, or PostgreSQL's own error
   */
  query<Row extends object>(text: string, values: unknown[] = []): Promise<Row[]> {
    return persist(() => this.read<Row>(text, values));
  }

  /**
   * As `query`, for a statement that reads a few rows straight off an index: those of the same text share a connection, and
   * each waits for those before it.
   *
   * @param atOnce how many share it at the same time; all there are unless told
   */
  lookUp<Row extends object>(text: string, values: unknown[], atOnce?: number): Promise<Row[]> {
    return persist(() => this.lookups.run<Row>(text, values, atOnce));
  }

  /**
   * Runs `work` in a transaction and commits it together with what accompanies every change. Lost deadlocks and
   * serialization failures run `work` again, up to three times in all.
   *
   * @param context who asks: handed to the companions, which say what to store beside the change
   * @throws OutcomeUnknownError when the commit was sent and not answered; otherwise an error means that nothing changed
   */
  transaction<T>(context: object, work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.insist(async (connection) => {
      const tx = new Transaction(connection);
      try {
        const result = await connection.inOnePiece(() => {
          connection.begin();
          return work(tx);
        });
        const commit = new Commit(this.companions, context);
        await connection.inOnePiece(() => commit.send(tx, { text: 'COMMIT' }));
        return result;
      } catch (error) {
        if (!spoilsConnection(error)) await connection.rollBack();
        throw error;
      }
    });
  }

  /**
   * As `transaction`, for a single statement whose record does not depend on what it returns: all is sent in one piece, at
   * whose end PostgreSQL commits by itself. What accompanies it must find out itself whether anything was changed.
   *
   * @throws OutcomeUnknownError when it was sent and not answered; otherwise an error means that nothing changed
   */
  change<Row extends object>(
    context: object,
    text: string,
    values: unknown[] = [],
  ): Promise<Row[]> {
    return this.insist(async (connection) => {
      const tx = new Transaction(connection);
      const commit = new Commit(this.companions, context);
      const { answer, stored } = connection.inOnePiece(() => {
        connection.limit();
        const { answer } = tx.send<Row>({ text, values });
        return { answer, stored: commit.send(tx) };
      });
      await stored;
      const { rows } = await answer;
      return rows;
    });
  }

  private async read<Row extends object>(text: string, values: unknown[]): Promise<Row[]> {
    const connection = await this.connections.borrow();
    try {
      const { rows } = await connection.runAlone<Row>(text, values);
      connection.release();
      return rows;
    } catch (cause) {
      const error = translate(cause);
      connection.release(spoilsConnection(error));
      throw error;
    }
  }

  private async insist<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.attempt(work);
      } catch (error) {
        if (!isTransient(error) || attempt === MAX_ATTEMPTS) throw error;
        await delay(Math.random() * RETRY_JITTER_MS * attempt);
      }
    }
  }

  private async attempt<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    const connection = await this.connections.borrow();
    try {
      const result = await work(connection);
      connection.release();
      return result;
    } catch (error) {
      connection.release(spoilsConnection(error));
      throw error;
    }
  }
}

async function persist<T>(read: () => Promise<T>): Promise<T> {
  const startedMs = performance.now();
  for (let attempt = 1; ; attempt++) {
    try {
      return await read();
    } catch (error) {
      const isLate = performance.now() - startedMs > READ_AGAIN_WITHIN_MS;
      const isLast = isLate || attempt === MAX_ATTEMPTS;
      if (isLast || !(error instanceof DatabaseUnavailableError)) throw error;
      if (attempt > 1) await delay(READ_AGAIN_AFTER_MS);
    }
  }
}
