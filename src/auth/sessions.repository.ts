import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS, type Settings } from '../config/settings.js';
import { Database } from '../database/database.js';
import { inOrder } from '../database/in-order.js';
import { type Transaction } from '../database/transaction.js';
import { type RequestContext } from '../http/request-context.js';
import { type SessionView } from './dto/session-list.dto.js';
import { PasswordAttempts } from './password-attempts.js';
import { type RefreshClaims } from './refresh-tokens.js';

/** How long a refresh token that was just used still brings its successor, for an answer that got lost. */
const GRACE_SECONDS = 10;

/** A session ends at the latest after this many lifetimes of a refresh token, however often it is renewed. */
const MAX_LIFETIMES = 6;

const LIVE = `revoked_at IS NULL AND expires_at > now()`;

/** What came of presenting a refresh token. */
export type Rotation =
  | { outcome: 'rotated'; generation: number }
  /** The token had been used before: a thief has it or had it, so its session is over. */
  | { outcome: 'reused' }
  | { outcome: 'ended' };

/** The signed-in clients, in SQL. */
@Injectable()
export class SessionsRepository {
  private readonly lifetimeSeconds: number;

  constructor(
    private readonly database: Database,
    private readonly attempts: PasswordAttempts,
    @Inject(SETTINGS) settings: Settings,
  ) {
    this.lifetimeSeconds = settings.REFRESH_TOKEN_TTL;
  }

  /** Opens the first session of a user created in the same transaction, and knows its network from now on. */
  async open(
    tx: Transaction,
    context: RequestContext,
    { userId, id }: { userId: string; id: string },
  ): Promise<void> {
    await tx.query(
      `INSERT INTO sessions (user_id, id, expires_at, client)
       VALUES ($1, $2, now() + make_interval(secs => $3), $4)`,
      [userId, id, this.lifetimeSeconds, context.client],
    );
    this.attempts.recognise(tx, PasswordAttempts.toSignIn(context, userId));
  }

  /**
   * Opens a session for a user whose password was just verified against `passwordHash`, and clears away their ended ones.
   *
   * @returns false when the account was disabled, deleted or given another password meanwhile
   */
  async openVerified(
    tx: Transaction,
    session: { userId: string; id: string; client: string | null; passwordHash: string },
  ): Promise<boolean> {
    const [, opened] = await inOrder([
      tx.query(`DELETE FROM sessions WHERE user_id = $1 AND NOT (${LIVE})`, [session.userId]),
      tx.query(
        `INSERT INTO sessions (user_id, id, expires_at, client)
         SELECT u.id, $2, now() + make_interval(secs => $3), $4
         FROM users u WHERE u.id = $1 AND u.is_active AND u.password_hash = $5
         RETURNING id`,
        [session.userId, session.id, this.lifetimeSeconds, session.client, session.passwordHash],
      ),
    ]);
    return opened.length > 0;
  }

  /**
   * Moves a session on to its next generation and renews it: `REFRESH_TOKEN_TTL` from now, and at most six times that
   * from its beginning. The generation before, presented again within ten seconds, is answered with the same
   * successor. Any older one revokes the session.
   */
  async rotate(
    tx: Transaction,
    context: RequestContext,
    presented: RefreshClaims,
  ): Promise<Rotation> {
    const [row] = await tx.query<{ generation: number; reused: boolean }>(
      `UPDATE sessions s
       SET generation = CASE WHEN s.generation = $3 THEN $3 + 1 ELSE s.generation END,
           rotated_at = CASE WHEN s.generation = $3 THEN now() ELSE s.rotated_at END,
           last_used_at = now(),
           expires_at = least(
             now() + make_interval(secs => $4), s.created_at + make_interval(secs => $5)),
           revoked_at = CASE
             WHEN s.generation = $3 THEN NULL
             WHEN s.generation = $3 + 1 AND s.rotated_at > now() - make_interval(secs => $6) THEN NULL
             ELSE now() END
       FROM users u
       WHERE s.user_id = $1 AND s.id = $2 AND u.id = s.user_id AND u.is_active
         AND s.revoked_at IS NULL AND s.expires_at > now()
       RETURNING s.generation, s.revoked_at IS NOT NULL AS reused`,
      [
        presented.userId,
        presented.sessionId,
        presented.generation,
        this.lifetimeSeconds,
        this.lifetimeSeconds * MAX_LIFETIMES,
        GRACE_SECONDS,
      ],
    );
    if (!row) return { outcome: 'ended' };
    if (row.reused) return { outcome: 'reused' };
    this.attempts.recognise(tx, PasswordAttempts.toSignIn(context, presented.userId));
    return { outcome: 'rotated', generation: row.generation };
  }

  /** Whether the session lasts and its user may sign in. */
  async isLive(userId: string, sessionId: string): Promise<boolean> {
    const rows = await this.database.lookUp(
      `SELECT 1 FROM sessions s JOIN users u ON u.id = s.user_id
       WHERE s.user_id = $1 AND s.id = $2 AND s.revoked_at IS NULL AND s.expires_at > now() AND u.is_active`,
      [userId, sessionId],
    );
    return rows.length > 0;
  }

  /** The lasting sessions of a user, the last used first. */
  list(userId: string, currentId: string | null): Promise<SessionView[]> {
    return this.database.query<SessionView>(
      `SELECT id, created_at AS "createdAt", last_used_at AS "lastUsedAt", client,
              id IS NOT DISTINCT FROM $2::uuid AS current
       FROM sessions WHERE user_id = $1 AND ${LIVE}
       ORDER BY last_used_at DESC, id DESC`,
      [userId, currentId],
    );
  }

  /** @returns false when the user has no such lasting session */
  async revoke(tx: Transaction, userId: string, id: string): Promise<boolean> {
    const revoked = await tx.query(
      `UPDATE sessions SET revoked_at = now() WHERE user_id = $1 AND id = $2 AND ${LIVE} RETURNING id`,
      [userId, id],
    );
    return revoked.length > 0;
  }

  /** Revokes all sessions of a user but, perhaps, one. */
  async revokeAll(tx: Transaction, userId: string, exceptId: string | null = null): Promise<void> {
    await tx.query(
      `UPDATE sessions SET revoked_at = now()
       WHERE user_id = $1 AND id IS DISTINCT FROM $2::uuid AND ${LIVE}`,
      [userId, exceptId],
    );
  }
}
