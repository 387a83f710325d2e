import { type PoolClient, type QueryConfig, type QueryResult } from 'pg';
import { ANSWER_TIMEOUT_MS } from './data-source.js';
import { isFatal } from './database-errors.js';
import { type PipeliningClient } from './pipelining-client.js';
import { type RejectedStatements } from './rejected-statements.js';
import { limitedBegin, limitedPiece, runLimited } from './statement-limit.js';

/** Every statement gets that much, however long its request has waited. */
const MIN_ANSWER_TIMEOUT_MS = 250;

/** A connection on loan from the pool. What its request has queued for it comes off the time that statements may take. */
export class Connection {
  private answerWithinMs: number;
  private isSpoilt = false;

  constructor(
    private readonly client: PoolClient & PipeliningClient,
    private readonly rejected: RejectedStatements,
    waitedMs: number,
  ) {
    this.answerWithinMs = Math.max(MIN_ANSWER_TIMEOUT_MS, Math.round(ANSWER_TIMEOUT_MS - waitedMs));
  }

  /** Opens a transaction. When that fails, the statements after it in the same piece fail as well. */
  begin(): void {
    this.ask(limitedBegin(this.client));
  }

  /** Gives the statements of a piece that is a transaction by itself the limit, where the session does not. */
  limit(): void {
    this.ask(limitedPiece(this.client));
  }

  /** Ends what is left of a failed transaction. */
  async rollBack(): Promise<void> {
    await this.run('ROLLBACK').catch(() => {
      this.isSpoilt = true;
    });
  }

  /** Sends a statement that stands for itself; fails as `pg` fails. */
  runAlone<Row extends object>(text: string, values: unknown[]): Promise<QueryResult<Row>> {
    return this.watched(runLimited<Row>(this.client, text, values, this.answerWithinMs));
  }

  /** Sends one statement of a transaction; fails as `pg` fails. */
  run<Row extends object>(text: string, values?: unknown[]): Promise<QueryResult<Row>> {
    const statement = { text, values, query_timeout: this.answerWithinMs };
    return this.watched(this.client.query<Row>(statement as QueryConfig));
  }

  /** Sends the statements that `ask` asks for in one piece, before it returns. After one that is refused none is run. */
  inOnePiece<T>(ask: () => T): T {
    return this.client.inOnePiece(ask);
  }

  /** Sends what is asked for from here on in one piece, once all that has arrived meanwhile has been read. */
  gatherWrites(): void {
    this.client.gatherWrites();
  }

  /** Waits so long for the answer to each statement from here on. */
  allow(answerWithinMs: number): void {
    this.answerWithinMs = answerWithinMs;
  }

  /** @param isSpoilt whether it is broken or busy and must not be used again */
  release(isSpoilt = false): void {
    this.client.release(isSpoilt || this.isSpoilt);
  }

  /** What fails of it is the answer to what comes behind it as well. */
  private ask(texts: string[]): void {
    for (const text of texts) this.run(text).catch(() => undefined);
  }

  private watched<T>(answer: Promise<T>): Promise<T> {
    answer.catch((error: unknown) => {
      this.isSpoilt ||= isFatal(error);
      this.rejected.note(error);
    });
    return answer;
  }
}
