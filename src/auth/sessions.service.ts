import { Injectable } from '@nestjs/common';
import { isUUID } from 'class-validator';
import { Database } from '../database/database.js';
import { ProblemError } from '../http/problem.js';
import { type RequestContext } from '../http/request-context.js';
import { Authenticator } from './authenticator.js';
import { type SessionView } from './dto/session-list.dto.js';
import { type RefreshClaims } from './refresh-tokens.js';
import { SessionsRepository } from './sessions.repository.js';

/** Ends sessions: at once on this instance, within five seconds on the others. */
@Injectable()
export class SessionsService {
  constructor(
    private readonly database: Database,
    private readonly sessions: SessionsRepository,
    private readonly authenticator: Authenticator,
  ) {}

  /** The lasting sessions of the signed-in user, the last used first. */
  list({ userId, principal }: RequestContext): Promise<SessionView[]> {
    return this.sessions.list(userId, principal?.sessionId ?? null);
  }

  /** Ends the session of a refresh token, whichever generation; one that is over already stays so. */
  async signOut(context: RequestContext, { userId, sessionId }: RefreshClaims): Promise<void> {
    await this.database.transaction(context, async (tx) => {
      if (await this.sessions.revoke(tx, userId, sessionId)) {
        context.principal = { userId, sessionId, scopes: null };
        context.resourceId = sessionId;
      }
    });
    this.authenticator.forget(userId, sessionId);
  }

  /** @throws ProblemError `session_not_found` */
  async revoke(context: RequestContext, id: string): Promise<void> {
    const { userId } = context;
    if (!isUUID(id, 'all')) throw sessionNotFound();
    await this.database.transaction(context, async (tx) => {
      if (!(await this.sessions.revoke(tx, userId, id))) throw sessionNotFound();
      context.resourceId = id;
    });
    this.authenticator.forget(userId, id.toLowerCase());
  }

  async revokeAll(context: RequestContext): Promise<void> {
    const { userId } = context;
    await this.database.transaction(context, (tx) => this.sessions.revokeAll(tx, userId));
    this.authenticator.forget(userId);
  }
}

function sessionNotFound(): ProblemError {
  return new ProblemError('session_not_found', 'You have no such session.');
}
