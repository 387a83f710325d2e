import { Injectable } from '@nestjs/common';
import { inOrder } from '../database/in-order.js';
import { type Transaction } from '../database/transaction.js';
import { type RequestContext } from '../http/request-context.js';
import { type UserProfile, UsersService } from '../users/users.service.js';
import { type LoginDto } from './dto/login.dto.js';
import { PasswordAttempts } from './password-attempts.js';
import { PasswordProofs } from './password-proofs.js';
import { Passwords } from './passwords.js';
import { newSession } from './refresh-tokens.js';
import { SessionsRepository } from './sessions.repository.js';
import { isOutdated } from './stored-hash.js';
import { invalidCredentials } from './token-problems.js';
import { type SignedIn } from './tokens.js';

const MAX_TRIES = 3;

/** Signs in by e-mail address and password. */
@Injectable()
export class LoginService {
  constructor(
    private readonly users: UsersService,
    private readonly passwords: Passwords,
    private readonly proofs: PasswordProofs,
    private readonly sessions: SessionsRepository,
  ) {}

  /** @throws ProblemError `invalid_credentials`, the same in body and time for every reason; `overloaded` */
  async login(context: RequestContext, login: LoginDto): Promise<SignedIn> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.attempt(context, login);
      } catch (error) {
        if (!(error instanceof AccountChangedError)) throw error;
        if (tries === MAX_TRIES) throw invalidCredentials();
      }
    }
  }

  private async attempt(context: RequestContext, { email, password }: LoginDto): Promise<SignedIn> {
    const found = await this.users.findCredentialsByEmail(email);
    const attempt = PasswordAttempts.toSignIn(context, found?.user.id ?? null);
    const passwordHash = found?.user.isActive ? found.passwordHash : null;
    const proof = await this.proofs.verify(context, { ...attempt, passwordHash, password });
    if (!found) throw invalidCredentials();
    const replaced = proof.passwordHash;
    const replacement = isOutdated(replaced, password) ? await this.passwords.hash(password) : null;
    return this.proofs.transaction(context, proof, (tx) =>
      this.open(tx, context, found.user, { replaced, replacement }),
    );
  }

  private async open(
    tx: Transaction,
    context: RequestContext,
    user: UserProfile,
    { replaced, replacement }: { replaced: string; replacement: string | null },
  ): Promise<SignedIn> {
    const session = newSession(user.id);
    const { userId, sessionId: id } = session;
    const { client } = context;
    const [isOpen] = await inOrder([
      this.sessions.openVerified(tx, { userId, id, client, passwordHash: replaced }),
      replacement !== null && this.users.replacePasswordHash(tx, userId, { replaced, replacement }),
    ]);
    if (!isOpen) throw new AccountChangedError();
    context.principal = { userId, sessionId: id, scopes: null };
    return { user, session };
  }
}

/** The account was disabled, deleted or given another hash since it was looked up: it is judged again. */
class AccountChangedError extends Error {}
