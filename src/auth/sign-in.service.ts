import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { Database } from '../database/database.js';
import { inOrder } from '../database/in-order.js';
import { type RequestContext } from '../http/request-context.js';
import { UsersService } from '../users/users.service.js';
import { type LoginDto } from './dto/login.dto.js';
import { type RegisterDto } from './dto/register.dto.js';
import { Passwords } from './passwords.js';
import { type RefreshClaims } from './refresh-tokens.js';
import { SessionsRepository } from './sessions.repository.js';
import { invalidCredentials, invalidToken } from './token-problems.js';
import { type SignedIn } from './tokens.js';

/** Opens sessions and keeps them going. The request's audit row carries the user who signed in by it. */
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
        this.sessions.open(tx, { userId: id, id: sessionId, client: context.client }),
      ]);
      context.principal = { userId: id, sessionId, scopes: null };
      return { user, session };
    });
  }

  /** @throws ProblemError `invalid_credentials`, the same in body and time for every reason; `overloaded` */
  async login(context: RequestContext, { email, password }: LoginDto): Promise<SignedIn> {
    const found = await this.users.findCredentialsByEmail(email);
    const passwordHash = found?.passwordHash ?? null;
    const isVerified = await this.passwords.verify(passwordHash, password);
    if (!isVerified || !found?.user.isActive || passwordHash === null) throw invalidCredentials();
    const { user } = found;
    const session = newSession(user.id);
    return this.database.transaction(context, async (tx) => {
      const { userId, sessionId: id } = session;
      const { client } = context;
      const isOpen = await this.sessions.openVerified(tx, { userId, id, client, passwordHash });
      if (!isOpen) throw invalidCredentials();
      context.principal = { userId, sessionId: id, scopes: null };
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
      const rotation = await this.sessions.rotate(tx, presented);
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

function newSession(userId: string): RefreshClaims {
  return { userId, sessionId: uuidv7(), generation: 0 };
}
