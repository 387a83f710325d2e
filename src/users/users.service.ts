import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { type Transaction } from '../database/transaction.js';
import { ProblemError } from '../http/problem.js';
import { UserProfile } from './dto/user-profile.dto.js';
import { type Plan } from './user.entity.js';

export { UserProfile };

/** A user with what their password is checked against; the hash is null for an identity that signs in elsewhere. */
export interface Credentials {
  user: UserProfile;
  passwordHash: string | null;
}

const PROFILE = `id, email, full_name AS "fullName", plan, is_active AS "isActive",
  created_at AS "createdAt", updated_at AS "updatedAt"`;

const UNIQUE_VIOLATION = '23505';

/** Enough for a million rows in the record; others are held up only by the last moment of it. */
const REMOVAL_LIMIT_MS = 60_000;

/** The accounts. E-mail addresses are compared without regard to case everywhere. */
@Injectable()
export class UsersService {
  constructor(private readonly database: Database) {}

  /** @throws ProblemError `invalid_token` when the account is gone: whoever asks was signed in to it */
  async getProfile(
    id: string,
    source: Pick<Transaction, 'query'> = this.database,
  ): Promise<UserProfile> {
    const [user] = await source.query<UserProfile>(`SELECT ${PROFILE} FROM users WHERE id = $1`, [
      id,
    ]);
    return existing(user);
  }

  async findCredentialsByEmail(email: string): Promise<Credentials | null> {
    return credentials(
      await this.database.query<CredentialsRow>(
        `SELECT ${PROFILE}, password_hash AS "passwordHash" FROM users WHERE lower(email) = lower($1)`,
        [email],
      ),
    );
  }

  async findCredentials(id: string): Promise<Credentials | null> {
    return credentials(
      await this.database.query<CredentialsRow>(
        `SELECT ${PROFILE}, password_hash AS "passwordHash" FROM users WHERE id = $1`,
        [id],
      ),
    );
  }

  /** @throws ProblemError `email_taken` */
  async create(
    tx: Transaction,
    user: { id: string; email: string; passwordHash: string; fullName: string },
  ): Promise<UserProfile> {
    const [created] = await refusingTakenEmail(
      tx.query<UserProfile>(
        `INSERT INTO users (id, email, password_hash, full_name) VALUES ($1, $2, $3, $4)
         RETURNING ${PROFILE}`,
        [user.id, user.email, user.passwordHash, user.fullName],
      ),
    );
    return existing(created);
  }

  /**
   * Creates an account whose user signs in elsewhere. Without an e-mail address, or with one that another account has,
   * it gets one that reaches nobody (RFC 6761) until its user sets another.
   */
  async createWithoutPassword(
    tx: Transaction,
    user: { id: string; email: string | null; fullName: string },
  ): Promise<void> {
    for (const email of [user.email, `${user.id}@external.invalid`]) {
      if (email === null) continue;
      const created = await tx.query(
        `INSERT INTO users (id, email, full_name) VALUES ($1, $2, $3)
         ON CONFLICT (lower(email)) DO NOTHING RETURNING id`,
        [user.id, email, user.fullName],
      );
      if (created.length > 0) return;
    }
  }

  /**
   * Changes what is given and keeps the rest.
   *
   * @throws ProblemError `email_taken`
   */
  update(
    context: { userId: string },
    changes: { email?: string; fullName?: string },
  ): Promise<UserProfile> {
    const { userId } = context;
    return this.database.transaction(context, async (tx) => {
      const [updated] = await refusingTakenEmail(
        tx.query<UserProfile>(
          `UPDATE users
           SET email = coalesce($2::varchar, email), full_name = coalesce($3::varchar, full_name)
           WHERE id = $1
           RETURNING ${PROFILE}`,
          [userId, changes.email ?? null, changes.fullName ?? null],
        ),
      );
      return existing(updated);
    });
  }

  /** Null unless `replaced` is still the stored hash. */
  async replacePasswordHash(
    tx: Transaction,
    id: string,
    hashes: { replaced: string; replacement: string },
  ): Promise<UserProfile | null> {
    const [updated] = await tx.query<UserProfile>(
      `UPDATE users SET password_hash = $3 WHERE id = $1 AND password_hash = $2 RETURNING ${PROFILE}`,
      [id, hashes.replaced, hashes.replacement],
    );
    return updated ?? null;
  }

  /**
   * Removes the account with everything it owns, and whatever leads back to it in the record.
   *
   * @returns false unless `passwordHash` is still the stored one
   */
  async remove(tx: Transaction, id: string, passwordHash: string | null): Promise<boolean> {
    await tx.allow(REMOVAL_LIMIT_MS);
    const removed = await tx.query(
      `DELETE FROM users WHERE id = $1 AND password_hash IS NOT DISTINCT FROM $2 RETURNING id`,
      [id, passwordHash],
    );
    if (removed.length === 0) return false;
    await tx.query(`SELECT forget_user_in_audit_logs($1)`, [id]);
    return true;
  }

  /** The operator's change of an account; null when nobody has the e-mail address. */
  async administer(
    email: string,
    change: { isActive?: boolean; plan?: Plan },
  ): Promise<UserProfile | null> {
    const [updated] = await this.database.transaction({}, (tx) =>
      tx.query<UserProfile>(
        `UPDATE users
         SET is_active = coalesce($2::boolean, is_active), plan = coalesce($3::varchar, plan)
         WHERE lower(email) = lower($1)
         RETURNING ${PROFILE}`,
        [email, change.isActive ?? null, change.plan ?? null],
      ),
    );
    return updated ?? null;
  }
}

type CredentialsRow = UserProfile & { passwordHash: string | null };

function credentials([row]: CredentialsRow[]): Credentials | null {
  if (!row) return null;
  const { passwordHash, ...user } = row;
  return { user, passwordHash };
}

function existing(user: UserProfile | undefined): UserProfile {
  if (!user) throw new ProblemError('invalid_token', 'The account no longer exists.');
  return user;
}

async function refusingTakenEmail<T>(written: Promise<T>): Promise<T> {
  try {
    return await written;
  } catch (error) {
    if ((error as { code?: unknown }).code !== UNIQUE_VIOLATION) throw error;
    throw new ProblemError('email_taken', 'Another account has this e-mail address.', {
      cause: error,
    });
  }
}
