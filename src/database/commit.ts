import { type QueryResult } from 'pg';
import { DatabaseUnavailableError, OutcomeUnknownError, translate } from './database-errors.js';
import { isRefusal, type Statement, type Transaction } from './transaction.js';

/** What pg says of a statement that it did not even try to send. */
const NOT_SENT = 'Client has encountered a connection error and is not queryable';

/**
 * Something that must be stored with every change or not at all. It learns of the change through the context that
 * the caller of `Database.transaction` passed.
 */
export interface CommitCompanion {
  /**
   * The last statement in front of the commit, or null when this context needs none. It may find that nothing was changed,
   * and store no row.
   */
  statement(context: object): Statement | null;
  /** Told once the transaction is stored, unless the statement has stored no row. */
  committed(context: object): void;
  /** What the caller is told when the statement was refused; the change is rolled back with it. */
  refusal(cause: Error): Error;
}

/** The end of a transaction, with what its companions store. */
export class Commit {
  private readonly accompanying: { companion: CommitCompanion; statement: Statement }[];

  /** Asks the companions, so that nothing can go wrong any more once the first statement is sent. */
  constructor(
    companions: CommitCompanion[],
    private readonly context: object,
  ) {
    this.accompanying = companions.flatMap((companion) => {
      const statement = companion.statement(context);
      return statement ? [{ companion, statement }] : [];
    });
  }

  /**
   * Sends it all. Resolves once it is stored, and tells the companions.
   *
   * @param end what the transaction ends with, unless it ends with its piece
   * @throws OutcomeUnknownError when nobody knows whether it is stored; otherwise an error means that nothing is
   */
  async send(tx: Transaction, end?: Statement): Promise<void> {
    const stored = this.accompanying.map(({ companion, statement }) => ({
      companion,
      answer: tx.send(statement, (cause) => companion.refusal(cause)).answer,
    }));
    if (end) tx.send(end);
    const last = await settled(tx.lastAnswer);
    await tx.expectAccepted();
    if (last.status === 'rejected') {
      throw tx.isAborted ? translate(last.reason) : failure(last.reason);
    }
    if (isRolledBack(last.value)) {
      throw new DatabaseUnavailableError('the transaction was rolled back instead of committed');
    }
    for (const { companion, answer } of stored) {
      const { rowCount } = await answer;
      if (rowCount) companion.committed(this.context);
    }
  }
}

async function settled<T>(promise: Promise<T>): Promise<PromiseSettledResult<T>> {
  const [result] = await Promise.allSettled([promise]);
  return result;
}

/** COMMIT only ends what PostgreSQL has given up already. */
function isRolledBack({ command }: QueryResult): boolean {
  return command === 'ROLLBACK';
}

/** PostgreSQL itself says that nothing was stored; silence, or a proxy's word for it (class 08), leaves it open. */
function failure(reason: unknown): Error {
  const isSent = (reason as Error | undefined)?.message !== NOT_SENT;
  if (isRefusal(reason) || !isSent) return translate(reason);
  return new OutcomeUnknownError('the commit was not answered', { cause: reason });
}
