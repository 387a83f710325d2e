import { type QueryResult } from 'pg';
import { DatabaseUnavailableError, OutcomeUnknownError, translate } from './database-errors.js';
import { isRefusal, type Sent, type Statement, type Transaction } from './transaction.js';

/** What pg says of a statement that it did not even try to send. */
const NOT_SENT = 'Client has encountered a connection error and is not queryable';

/**
 * Something that must be stored with every change or not at all. It learns of the change through the context that
 * the caller of `Database.transaction` passed.
 */
export interface CommitCompanion {
  /**
   * The statement that goes in front of COMMIT, or null when this context needs none. It may find that nothing was changed,
   * and store no row.
   */
  statement(context: object): Statement | null;
  /** Told once the transaction is stored, unless the statement has stored no row. */
  committed(context: object): void;
  /** What the caller is told when the statement was refused; the change is rolled back with it. */
  refusal(cause: Error): Error;
}

/** The end of a transaction: what its companions store and COMMIT, on their way together. */
export class Commit {
  private readonly accompanying: { companion: CommitCompanion; sent: Sent }[];
  private readonly answer: Promise<PromiseSettledResult<QueryResult>>;

  /**
   * Sends it all.
   *
   * @param commit sends what ends the transaction, if anything; its answer comes once all is stored
   */
  constructor(
    private readonly tx: Transaction,
    companions: CommitCompanion[],
    private readonly context: object,
    commit: () => Promise<QueryResult>,
  ) {
    this.accompanying = companions.flatMap((companion) => {
      const statement = companion.statement(context);
      if (!statement) return [];
      return [{ companion, sent: tx.send(statement, (cause) => companion.refusal(cause)) }];
    });
    this.answer = settled(commit());
  }

  /**
   * Resolves once all is stored, and tells the companions.
   *
   * @throws OutcomeUnknownError when nobody knows whether it is; otherwise an error means that nothing is
   */
  async expectStored(): Promise<void> {
    const answer = await this.answer;
    await this.tx.expectAccepted();
    if (answer.status === 'rejected') {
      throw this.tx.isAborted ? translate(answer.reason) : failure(answer.reason);
    }
    if (isRolledBack(answer)) {
      throw new DatabaseUnavailableError('the transaction was rolled back instead of committed');
    }
    for (const { companion, sent } of this.accompanying) {
      const { rowCount } = await sent.answer;
      if (rowCount) companion.committed(this.context);
    }
  }
}

async function settled<T>(promise: Promise<T>): Promise<PromiseSettledResult<T>> {
  const [result] = await Promise.allSettled([promise]);
  return result;
}

/** COMMIT only ends what PostgreSQL has given up already. */
function isRolledBack(answer: PromiseSettledResult<QueryResult>): boolean {
  return answer.status === 'fulfilled' && answer.value.command === 'ROLLBACK';
}

/** PostgreSQL itself says that nothing was stored; silence, or a proxy's word for it (class 08), leaves it open. */
function failure(reason: unknown): Error {
  const isSent = (reason as Error | undefined)?.message !== NOT_SENT;
  if (isRefusal(reason) || !isSent) return translate(reason);
  return new OutcomeUnknownError('the commit was not answered', { cause: reason });
}
