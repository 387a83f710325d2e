import { type PoolClient, type QueryResult } from 'pg';
import { ANSWER_TIMEOUT_MS } from './data-source.js';
import { type RejectedStatements } from './rejected-statements.js';
import { limitedBegin, runLimited } from './statement-limit.js';

/** Every statement gets that much, however long its request has waited. */
const MIN_ANSWER_TIMEOUT_MS = 250;

/** A connection on loan from the pool. What its request has queued for it comes off the time that statements may take. */
export class Connection {
  private answerWithinMs: number;

  constructor(
    private readonly client: PoolClient,
    private readonly rejected: RejectedStatements,
    waitedMs: number,
  ) {
    this.answerWithinMs = Math.max(MIN_ANSWER_TIMEOUT_MS, Math.round(ANSWER_TIMEOUT_MS - waitedMs));
  }

  /** Opens a transaction. */
  begin(): Promise<QueryResult> {
    return this.run(limitedBegin(this.client));
  }

  /** Sends a statement that stands for itself; fails as `pg` fails. */
  runAlone<Row extends object>(text: string, values: unknown[]): Promise<QueryResult<Row>> {
    const limit = { query_timeout: this.answerWithinMs };
    return this.watched(runLimited<Row>(this.client, text, values, limit));
  }

  /** Sends one statement of a transaction; fails as `pg` fails. */
  run<Row extends object>(text: string, values?: unknown[]): Promise<QueryResult<Row>> {
    const limit = { query_timeout: this.answerWithinMs };
    return this.watched(this.client.query<Row>({ text, ...(values && { values }), ...limit }));
  }

  /** Waits so long for the answer to each statement from here on. */
  allow(answerWithinMs: number): void {
    this.answerWithinMs = answerWithinMs;
  }

  /** @param isSpoilt whether it is broken or busy and must not be used again */
  release(isSpoilt = false): void {
    this.client.release(isSpoilt);
  }

  private async watched<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      this.rejected.note(error);
      throw error;
    }
  }
}
