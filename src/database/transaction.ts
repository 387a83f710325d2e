import { type QueryResult } from 'pg';
import { type Connection } from './connection.js';
import { sqlState, translate } from './database-errors.js';

export interface Statement {
  text: string;
  /** A statement without any is not prepared. */
  values?: unknown[];
}

/** What runs a statement of a change, in a transaction of its own or together with others. */
export type Queryable = Pick<Transaction, 'query'>;

/** A statement that was sent, and what its refusal means. */
export interface Sent<Row extends object = object> {
  answer: Promise<QueryResult<Row>>;
  refusal: (cause: Error) => Error;
}

/** The server gives a statement up a little before the client does. */
const ANSWER_MARGIN_MS = 100;

/** The one connection of a transaction under way. */
export class Transaction {
  private readonly sent: Sent[] = [];

  /** Whether PostgreSQL has refused one of the statements, so that COMMIT can only roll back. */
  isAborted = false;

  constructor(private readonly connection: Connection) {}

  /**
   * Gives each statement from here on, COMMIT included, so many milliseconds instead of two seconds: for work that grows
   * with what a user has stored.
   */
  async allow(limitMs: number): Promise<void> {
    this.connection.allow(limitMs + ANSWER_MARGIN_MS);
    await this.query(`SET LOCAL statement_timeout = ${String(limitMs)}`);
  }

  /**
   * Runs one statement and returns its rows.
   *
   * @throws DatabaseUnavailableError, StatementTimeoutError, or PostgreSQL's own error
   */
  async query<Row extends object>(text: string, values: unknown[] = []): Promise<Row[]> {
    try {
      const { rows } = await this.connection.run<Row>(text, values);
      return rows;
    } catch (error) {
      this.isAborted ||= isRefusal(error);
      throw translate(error);
    }
  }

  /**
   * Sends one statement that is not waited for before the commit, so that it takes no round trip of its own. When
   * PostgreSQL refuses it, the whole transaction is rolled back instead of committed and fails with `refusal` of the reason.
   */
  send<Row extends object>(
    { text, values }: Statement,
    refusal = (cause: Error): Error => cause,
  ): Sent<Row> {
    const answer = this.connection.run<Row>(text, values);
    answer.catch(() => undefined);
    const sent = { answer, refusal };
    this.sent.push(sent);
    return sent;
  }

  /**
   * The answer to the last of the statements sent: in a piece, it comes once what they have changed is stored.
   *
   * @throws Error when none was sent
   */
  get lastAnswer(): Promise<QueryResult> {
    const last = this.sent.at(-1);
    if (!last) throw new Error('nothing was sent');
    return last.answer;
  }

  /** Throws for the first of the statements sent that was refused. What silence means is for the commit to say. */
  async expectAccepted(): Promise<void> {
    for (const { answer, refusal } of this.sent) {
      const reason: unknown = await answer.then(() => undefined).catch((error: unknown) => error);
      if (isRefusal(reason)) throw refusal(translate(reason));
    }
  }
}

/** Whether PostgreSQL itself has refused a statement: what a proxy says (class 08) leaves it open. */
export function isRefusal(reason: unknown): boolean {
  const state = sqlState(reason);
  return state !== undefined && !state.startsWith('08');
}
