import { Injectable } from '@nestjs/common';
import { inOrder } from '../database/in-order.js';
import { type RequestContext } from '../http/request-context.js';
import { type UserProfile, UsersService } from '../users/users.service.js';
import { type ChangePasswordDto } from './dto/change-password.dto.js';
import { PasswordAttempts } from './password-attempts.js';
import { PasswordProofs } from './password-proofs.js';
import { Passwords } from './passwords.js';
import { SessionsRepository } from './sessions.repository.js';
import { invalidCredentials } from './token-problems.js';

/** Changes passwords. */
@Injectable()
export class PasswordChangeService {
  constructor(
    private readonly users: UsersService,
    private readonly passwords: Passwords,
    private readonly proofs: PasswordProofs,
    private readonly sessions: SessionsRepository,
  ) {}

  /**
   * Sets a new password and ends every session but the one that asks.
   *
   * @throws ProblemError `invalid_credentials`, `overloaded`
   */
  async change(
    context: RequestContext,
    { currentPassword: password, newPassword }: ChangePasswordDto,
  ): Promise<UserProfile> {
    const { userId, principal } = context;
    const found = await this.users.findCredentials(userId);
    const passwordHash = found?.passwordHash ?? null;
    const attempt = PasswordAttempts.toConfirm(context);
    const proof = await this.proofs.verify(context, { ...attempt, passwordHash, password });
    const hashes = {
      replaced: proof.passwordHash,
      replacement: await this.passwords.hash(newPassword),
    };
    return this.proofs.transaction(context, proof, async (tx) => {
      const [user] = await inOrder([
        this.users.replacePasswordHash(tx, userId, hashes),
        this.sessions.revokeAll(tx, userId, principal?.sessionId),
      ]);
      if (!user) throw invalidCredentials();
      return user;
    });
  }
}
