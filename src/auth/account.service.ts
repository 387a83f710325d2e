import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { inOrder } from '../database/in-order.js';
import { type RequestContext } from '../http/request-context.js';
import { type UserProfile, UsersService } from '../users/users.service.js';
import { type ChangePasswordDto } from './dto/change-password.dto.js';
import { Passwords } from './passwords.js';
import { SessionsRepository } from './sessions.repository.js';
import { invalidCredentials } from './token-problems.js';

/** What users do to their account only with their password. */
@Injectable()
export class AccountService {
  constructor(
    private readonly database: Database,
    private readonly users: UsersService,
    private readonly passwords: Passwords,
    private readonly sessions: SessionsRepository,
  ) {}

  /**
   * Sets a new password and ends every session but the one that asks.
   *
   * @throws ProblemError `invalid_credentials`, `overloaded`
   */
  async changePassword(
    context: RequestContext,
    { currentPassword, newPassword }: ChangePasswordDto,
  ): Promise<UserProfile> {
    const { userId, principal } = context;
    const replaced = await this.verifiedHash(userId, currentPassword);
    const replacement = await this.passwords.hash(newPassword);
    return this.database.transaction(context, async (tx) => {
      const [user] = await inOrder([
        this.users.replacePasswordHash(tx, userId, { replaced, replacement }),
        this.sessions.revokeAll(tx, userId, principal?.sessionId),
      ]);
      if (!user) throw invalidCredentials();
      return user;
    });
  }

  /**
   * Removes the account and everything it owns. The record keeps its rows, this request's included, and forgets whose
   * they were.
   *
   * @throws ProblemError `invalid_credentials`, `overloaded`
   */
  async delete(context: RequestContext, password: string): Promise<void> {
    const { userId } = context;
    const passwordHash = await this.verifiedHash(userId, password);
    await this.database.transaction(context, async (tx) => {
      if (!(await this.users.remove(tx, userId, passwordHash))) throw invalidCredentials();
      context.forgetUser();
    });
  }

  private async verifiedHash(userId: string, password: string): Promise<string> {
    const found = await this.users.findCredentials(userId);
    const passwordHash = found?.passwordHash ?? null;
    const isVerified = await this.passwords.verify(passwordHash, password);
    if (!isVerified || passwordHash === null) throw invalidCredentials();
    return passwordHash;
  }
}
