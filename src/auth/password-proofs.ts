import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { inOrder } from '../database/in-order.js';
import { type Transaction } from '../database/transaction.js';
import { type RequestContext } from '../http/request-context.js';
import { type Attempt, PasswordAttempts } from './password-attempts.js';
import { Passwords } from './passwords.js';
import { invalidCredentials } from './token-problems.js';

/** A password for an account, which has no hash when there is no such account, or no password that would do. */
interface Claim extends Attempt {
  passwordHash: string | null;
  password: string;
}

/** A password that was right. */
export interface Proof extends Attempt {
  passwordHash: string;
}

/**
 * Lets in whoever knows the password and is not locked out for guessing. A refusal takes one hash, and one statement
 * with its COMMIT, whatever the reason.
 */
@Injectable()
export class PasswordProofs {
  constructor(
    private readonly database: Database,
    private readonly passwords: Passwords,
    private readonly attempts: PasswordAttempts,
  ) {}

  /** @throws ProblemError `invalid_credentials` when the password is wrong, which is counted; `overloaded` */
  async verify(context: RequestContext, claim: Claim): Promise<Proof> {
    const { passwordHash, password, ...attempt } = claim;
    const isRight = await this.passwords.verify(passwordHash, password);
    if (isRight && passwordHash !== null) return { ...attempt, passwordHash };
    const refusal = invalidCredentials();
    await this.database.transaction(context, async (tx) => {
      await this.attempts.fail(tx, attempt);
      context.refuseWith(refusal);
    });
    throw refusal;
  }

  /**
   * Does what the password was asked for.
   *
   * @throws ProblemError `invalid_credentials` during a lock
   */
  async transaction<T>(
    context: RequestContext,
    proof: Proof,
    work: (tx: Transaction) => Promise<T>,
  ): Promise<T> {
    const refusal = invalidCredentials();
    const outcome = await this.database.transaction(context, async (tx) => {
      const { isLocked, isKnown } = await this.attempts.standing(tx, proof);
      if (isLocked) {
        context.refuseWith(refusal);
        return null;
      }
      const [, result] = await inOrder([!isKnown && this.attempts.succeed(tx, proof), work(tx)]);
      return { result };
    });
    if (outcome === null) throw refusal;
    return outcome.result;
  }
}
