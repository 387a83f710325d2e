import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS, type Settings } from '../config/settings.js';
import { inOrder } from '../database/in-order.js';
import { type Transaction } from '../database/transaction.js';
import { type RequestContext } from '../http/request-context.js';
import { clientNetwork } from './client-network.js';

/** Who is said to be there, null for nobody we know, and from where the password comes. */
export interface Attempt {
  userId: string | null;
  source: string;
}

/** How an account stands with a source. */
export interface Standing {
  isLocked: boolean;
  /** Whether it signed in from there within a day, without a wrong password since. */
  isKnown: boolean;
}

const KNOWN_TODAY = `a.succeeded_at > now() - interval '1 day'`;

/** A network or session counts for itself; all networks that have not signed in lately count together. */
const SCOPE = `CASE WHEN $2::varchar LIKE 'session %' OR EXISTS (
    SELECT FROM password_attempts
    WHERE user_id = $1 AND source = $2 AND succeeded_at > now() - interval '30 days')
  THEN $2::varchar ELSE 'elsewhere' END`;

/** A minute from the first failure too many, doubled by every further one. Either way round, should the clock be set back. */
const LOCKED = `(a.failures >= $3::integer AND $3 > 0 AND abs(extract(epoch FROM now() - a.failed_at))
  < least($4::integer, 60 * power(2, least(a.failures - $3, 20))))`;

/**
 * Locks out who guesses the password of an account. After `SIGN_IN_ATTEMPTS` wrong ones no password from there is
 * right, for a minute, then for twice as long with every further one, up to `SIGN_IN_LOCK_MAX`. A day without a wrong
 * one ends it. Attempts during a lock neither count nor prolong it.
 *
 * Networks that signed in within 30 days and sessions have locks of their own, so that strangers lock out strangers
 * only.
 */
@Injectable()
export class PasswordAttempts {
  private readonly attempts: number;
  private readonly maxLockSeconds: number;

  constructor(@Inject(SETTINGS) settings: Settings) {
    this.attempts = settings.SIGN_IN_ATTEMPTS;
    this.maxLockSeconds = settings.SIGN_IN_LOCK_MAX;
  }

  /** An attempt to sign in from the network of the request. */
  static toSignIn({ address }: RequestContext, userId: string | null): Attempt {
    return { userId, source: `network ${clientNetwork(address)}` };
  }

  /** An attempt of a session to confirm the password of its user. */
  static toConfirm({ userId, principal }: RequestContext): Attempt {
    return { userId, source: `session ${principal?.sessionId ?? '-'}` };
  }

  /** Counts a wrong password; takes the same time when there is nobody to count it for, or a lock. */
  async fail(tx: Transaction, { userId, source }: Attempt): Promise<void> {
    await tx.query(
      `INSERT INTO password_attempts AS a (user_id, source, failures, failed_at)
       SELECT u.id, ${SCOPE}, 1, now() FROM users u
       WHERE u.id = $1::uuid AND NOT EXISTS (
         SELECT FROM password_attempts a WHERE a.user_id = u.id AND a.source = ${SCOPE} AND ${LOCKED})
       ON CONFLICT (user_id, source) DO UPDATE
       SET failures = CASE WHEN a.failed_at > now() - interval '1 day' THEN a.failures + 1 ELSE 1 END,
           failed_at = now()
       WHERE (${LOCKED}) IS NOT TRUE`,
      [userId, source, this.attempts, this.maxLockSeconds],
    );
  }

  /** What a right password comes to. To be asked last, when other attempts of the moment have been counted. */
  async standing(tx: Transaction, { userId, source }: Attempt): Promise<Standing> {
    const [standing] = await tx.query<Standing>(
      `SELECT coalesce(bool_or(a.source = ${SCOPE} AND ${LOCKED}), false) AS "isLocked",
         coalesce(bool_or(a.source = $2 AND a.failures = 0 AND ${KNOWN_TODAY}), false) AS "isKnown"
       FROM password_attempts a WHERE a.user_id = $1::uuid AND a.source IN ($2, 'elsewhere')`,
      [userId, source, this.attempts, this.maxLockSeconds],
    );
    return standing ?? { isLocked: false, isKnown: false };
  }

  /** Forgets the wrong passwords from where the right one came, and knows the network for 30 days. */
  async succeed(tx: Transaction, { userId, source }: Attempt): Promise<void> {
    await inOrder([
      tx.query(
        `DELETE FROM password_attempts
         WHERE user_id = $1 AND source <> $2
           AND (source = ${SCOPE} OR coalesce(greatest(failed_at, succeeded_at), '-infinity') < now() - interval '30 days')`,
        [userId, source],
      ),
      tx.query(
        `INSERT INTO password_attempts (user_id, source, succeeded_at) VALUES ($1, $2, now())
         ON CONFLICT (user_id, source) DO UPDATE SET failures = 0, succeeded_at = now()`,
        [userId, source],
      ),
    ]);
  }

  /** Knows the network of a lasting session, at most once a day; nobody waits for it. */
  recognise(tx: Transaction, { userId, source }: Attempt): void {
    tx.send({
      text: `INSERT INTO password_attempts (user_id, source, succeeded_at)
       SELECT $1::uuid, $2::varchar, now() WHERE NOT EXISTS (
         SELECT FROM password_attempts a WHERE a.user_id = $1 AND a.source = $2 AND ${KNOWN_TODAY})
       ON CONFLICT (user_id, source) DO UPDATE SET succeeded_at = now()`,
      values: [userId, source],
    });
  }
}
