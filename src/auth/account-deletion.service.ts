import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { type Transaction } from '../database/transaction.js';
import { invalidField } from '../http/problem.js';
import { type RequestContext } from '../http/request-context.js';
import { UsersService } from '../users/users.service.js';
import { PasswordAttempts } from './password-attempts.js';
import { PasswordProofs } from './password-proofs.js';
import { invalidCredentials, staleToken } from './token-problems.js';

const FRESH_SECONDS = 5 * 60;

/** Deletes accounts for those who prove that they are theirs: by the password or, where there is none, a fresh token. */
@Injectable()
export class AccountDeletionService {
  constructor(
    private readonly database: Database,
    private readonly users: UsersService,
    private readonly proofs: PasswordProofs,
  ) {}

  /**
   * Removes the account and everything it owns. The record keeps its rows, this request's included, and forgets whose
   * they were.
   *
   * @throws ProblemError `invalid_credentials`, `overloaded`; `validation_failed` without the password of an account
   *   that has one; `invalid_token` when it has none and the token is older than five minutes
   */
  async delete(context: RequestContext, password: string | undefined): Promise<void> {
    const found = await this.users.findCredentials(context.userId);
    const passwordHash = found?.passwordHash ?? null;
    const remove = (tx: Transaction) => this.remove(tx, context, passwordHash);
    if (passwordHash === null) {
      requireFreshToken(context);
      await this.database.transaction(context, remove);
    } else {
      if (password === undefined) throw invalidField('password', 'password must be sent');
      const attempt = PasswordAttempts.toConfirm(context);
      const proof = await this.proofs.verify(context, { ...attempt, passwordHash, password });
      await this.proofs.transaction(context, proof, remove);
    }
  }

  private async remove(
    tx: Transaction,
    context: RequestContext,
    passwordHash: string | null,
  ): Promise<void> {
    if (!(await this.users.remove(tx, context.userId, passwordHash))) throw invalidCredentials();
    context.forgetUser();
  }
}

function requireFreshToken({ principal }: RequestContext): void {
  const ageMs = Date.now() - (principal?.tokenIssuedAtMs ?? 0);
  if (ageMs >= FRESH_SECONDS * 1000) throw staleToken(FRESH_SECONDS);
}
