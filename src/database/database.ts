import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { type Pool, type QueryResult } from 'pg';
import { DataSource } from 'typeorm';
import { Connection } from './connection.js';
import {
  DatabaseUnavailableError,
  isTransient,
  sqlState,
  OutcomeUnknownError,
  spoilsConnection,
  translate,
} from './database-errors.js';
import { Lookups } from './lookups.js';
import { RejectedStatements } from './rejected-statements.js';
import { type CommitCompanion, isRefusal, Transaction } from './transaction.js';

const MAX_ATTEMPTS = 3;
const RETRY_JITTER_MS = 50;
/** PostgreSQL has no connection left: asking more often than this would keep it that way. */
const TOO_MANY_CONNECTIONS = '53300';
const CROWDED_PAUSE_MS = 1000;
/** What pg says of a statement that it did not even try to send. */
const NOT_SENT = 'Client has encountered a connection error and is not queryable';
const READ_AGAIN_WITHIN_MS = 500;
const READ_AGAIN_AFTER_MS = 20;

/** The one way to PostgreSQL for every module: reads by `query` and `lookUp`, changes by `transaction`. */
@Injectable()
export class Database {
  private readonly companions: CommitCompanion[] = [];
  private readonly lookups = new Map<string, Lookups>();
  private crowdedUntilMs = 0;

  constructor(
    private readonly dataSource: DataSource,
    private readonly rejected: RejectedStatements,
  ) {}

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
    return this.persist(() => this.read<Row>(text, values));
  }

  /**
   * As `query`, for a statement that reads a few rows by their key: those of the same text share a connection, and each
   * waits for those before it.
   */
  lookUp<Row extends object>(text: string, values: unknown[]): Promise<Row[]> {
    let lookups = this.lookups.get(text);
    if (!lookups) this.lookups.set(text, (lookups = new Lookups(() => this.connect())));
    return this.persist(() => lookups.run<Row>(text, values));
  }

  private async persist<Row>(read: () => Promise<Row[]>): Promise<Row[]> {
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

  /**
   * Runs `work` in a transaction and commits it together with what accompanies every change. Lost deadlocks and
   * serialization failures run `work` again, up to three times in all.
   *
   * @param context who asks: handed to the companions, which say what to store beside the change
   * @throws OutcomeUnknownError when COMMIT was sent and not answered; otherwise an error means that nothing changed
   */
  transaction<T>(context: object, work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.insist((client) => this.commitAfter(client, context, work));
  }

  /**
   * As `transaction`, for a single statement that fails unless it changes what it should, and whose record does not depend on what it
   * returns: all is sent at once, COMMIT included, and takes one round trip.
   */
  change<Row extends object>(
    context: object,
    text: string,
    values: unknown[] = [],
  ): Promise<Row[]> {
    return this.insist((client) => this.commitWith<Row>(client, context, text, values));
  }

  private async insist<T>(work: (client: Connection) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.attempt(work);
      } catch (error) {
        if (!isTransient(error) || attempt === MAX_ATTEMPTS) throw error;
        await delay(Math.random() * RETRY_JITTER_MS * attempt);
      }
    }
  }

  private async read<Row extends object>(text: string, values: unknown[]): Promise<Row[]> {
    const client = await this.connect();
    try {
      const { rows } = await client.runAlone<Row>(text, values);
      client.release();
      return rows;
    } catch (cause) {
      const error = translate(cause);
      client.release(spoilsConnection(error));
      throw error;
    }
  }

  private async attempt<T>(work: (client: Connection) => Promise<T>): Promise<T> {
    const client = await this.connect();
    try {
      const result = await work(client);
      client.release();
      return result;
    } catch (error) {
      await giveBack(client, error);
      throw error;
    }
  }

  private async commitAfter<T>(
    client: Connection,
    context: object,
    work: (tx: Transaction) => Promise<T>,
  ): Promise<T> {
    const tx = new Transaction(client);
    const result = await client.inOnePiece(() => {
      client.begin().catch(() => undefined);
      return work(tx);
    });
    const sent = client.inOnePiece(() => this.sendCommit(client, tx, context));
    const [committed] = await Promise.allSettled([sent.commit]);
    await this.expectCommitted(tx, { ...sent, committed }, context);
    return result;
  }

  private async commitWith<Row extends object>(
    client: Connection,
    context: object,
    text: string,
    values: unknown[],
  ): Promise<Row[]> {
    const tx = new Transaction(client);
    const { answer, sent } = client.inOnePiece(() => {
      client.begin().catch(() => undefined);
      return { answer: tx.query<Row>(text, values), sent: this.sendCommit(client, tx, context) };
    });
    const [answered, committed] = await Promise.allSettled([answer, sent.commit]);
    const isUndone = tx.isAborted || isRolledBack(committed);
    if (answered.status === 'rejected' && isUndone) throw answered.reason;
    await this.expectCommitted(tx, { ...sent, committed }, context);
    return answer;
  }

  /** Sends the companions' statements and COMMIT, together with what was sent before. */
  private sendCommit(
    client: Connection,
    tx: Transaction,
    context: object,
  ): { companions: CommitCompanion[]; commit: Promise<QueryResult> } {
    const companions = this.companions.filter((companion) => {
      const statement = companion.statement(context);
      if (statement) tx.send(statement, (cause) => companion.refusal(cause));
      return statement !== null;
    });
    return { companions, commit: client.run('COMMIT') };
  }

  private async expectCommitted(
    tx: Transaction,
    sent: { companions: CommitCompanion[]; committed: PromiseSettledResult<QueryResult> },
    context: object,
  ): Promise<void> {
    const { companions, committed } = sent;
    await tx.expectAccepted();
    if (committed.status === 'rejected') {
      throw tx.isAborted ? translate(committed.reason) : commitFailure(committed.reason);
    }
    if (isRolledBack(committed)) {
      throw new DatabaseUnavailableError('the transaction was rolled back instead of committed');
    }
    for (const companion of companions) companion.committed(context);
  }

  private async connect(): Promise<Connection> {
    if (!this.dataSource.isInitialized) throw new DatabaseUnavailableError('not connected yet');
    const { master: pool } = this.dataSource.driver as unknown as { master: Pool };
    if (pool.idleCount === 0 && performance.now() < this.crowdedUntilMs) {
      throw new DatabaseUnavailableError('PostgreSQL has no connection left');
    }
    try {
      const askedMs = performance.now();
      const isQueued = pool.totalCount >= pool.options.max && pool.idleCount === 0;
      const client = await pool.connect();
      // What a new connection takes says how far away the server is, and statements will need their time as well.
      const queuedMs = isQueued ? performance.now() - askedMs : 0;
      return new Connection(client, this.rejected, queuedMs);
    } catch (error) {
      if (sqlState(error) === TOO_MANY_CONNECTIONS) {
        this.crowdedUntilMs = performance.now() + CROWDED_PAUSE_MS;
      }
      throw translate(error);
    }
  }
}

/** COMMIT only ends what PostgreSQL has given up already. */
function isRolledBack(committed: PromiseSettledResult<QueryResult>): boolean {
  return committed.status === 'fulfilled' && committed.value.command !== 'COMMIT';
}

/** PostgreSQL itself says that nothing was stored; silence, or a proxy's word for it (class 08), leaves it open. */
function commitFailure(reason: unknown): Error {
  if (isRefusal(reason)) return translate(reason);
  const isSent = (reason as Error | undefined)?.message !== NOT_SENT;
  if (!isSent) return translate(reason);
  return new OutcomeUnknownError('COMMIT was not answered', { cause: reason });
}

/** Ends what is left of a failed transaction: a broken or busy connection is closed, any other rolled back. */
async function giveBack(client: Connection, error: unknown): Promise<void> {
  if (spoilsConnection(error)) {
    client.release(true);
    return;
  }
  try {
    await client.run('ROLLBACK');
    client.release();
  } catch {
    client.release(true);
  }
}
