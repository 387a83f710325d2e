import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { inOrder } from '../database/in-order.js';
import { type RequestContext } from '../http/request-context.js';
import { uuidv7 } from '../http/uuid.js';
import { UsersService } from '../users/users.service.js';
import { type RegisterDto } from './dto/register.dto.js';
import { Passwords } from './passwords.js';
import { newSession, type RefreshClaims } from './refresh-tokens.js';
import { SessionsRepository } from './sessions.repository.js';
import { invalidToken } from './token-problems.js';
import { type SignedIn } from './tokens.js';

/** Opens the first session of an account and keeps sessions going. The request's audit row carries the user. */
@Injectable()
export class SignInService {
  constructor(
    private readonly database: Database,
    private readonly users: UsersService,
    private readonly passwords: Passwords,
    private readonly sessions: SessionsRepository,
  ) {}

  /** @throws ProblemError `email_taken`, `overloaded` */
  async register(context: RequestContext, registration: RegisterDto): Promise<SignedIn> {
    const { email, password, fullName } = registration;
    const passwordHash = await this.passwords.hash(password);
    const session = newSession(uuidv7());
    const { userId: id, sessionId } = session;
    return this.database.transaction(context, async (tx) => {
      const [user] = await inOrder([
        this.users.create(tx, { id, email, passwordHash, fullName: fullName ?? '' }),
        this.sessions.open(tx, context, { userId: id, id: sessionId }),
      ]);
      context.principal = { userId: id, sessionId, scopes: null };
      return { user, session };
    });
  }

  /**
   * Continues a session with its next pair of tokens. A refresh token that was used before ends the session; that is
   * stored although the answer is an error.
   *
   * @throws ProblemError `invalid_token`
   */
  async refresh(context: RequestContext, presented: RefreshClaims): Promise<SignedIn> {
    const { userId, sessionId } = presented;
    const signedIn = await this.database.transaction(context, async (tx) => {
      const rotation = await this.sessions.rotate(tx, context, presented);
      if (rotation.outcome === 'ended') throw invalidToken();
      context.principal = { userId, sessionId, scopes: null };
      context.resourceId = sessionId;
      if (rotation.outcome === 'rotated') {
        const session = { userId, sessionId, generation: rotation.generation };
        return { user: await this.users.getProfile(userId, tx), session };
      }
      context.successStatus = 401;
      context.errorMessage =
        'invalid_token: a used refresh token came again; the session is revoked';
      return null;
    });
    if (!signedIn) throw invalidToken();
    return signedIn;
  }
}
