import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.js';
import { type Transaction } from '../../database/transaction.js';
import { type ExternalClaims } from './external-tokens.js';

/** An issuer stamps its tokens by its own clock, in whole seconds. */
const CLOCK_TOLERANCE_SECONDS = 5;

/** Which account belongs to whom at which issuer, in SQL. */
@Injectable()
export class ExternalIdentitiesRepository {
  constructor(private readonly database: Database) {}

  async find({
    issuer,
    subject,
  }: ExternalClaims): Promise<{ userId: string; isActive: boolean } | null> {
    const [found] = await this.database.query<{ userId: string; isActive: boolean }>(
      `SELECT u.id AS "userId", u.is_active AS "isActive"
       FROM external_identities e JOIN users u ON u.id = e.user_id
       WHERE e.issuer = $1 AND e.subject = $2`,
      [issuer, subject],
    );
    return found ?? null;
  }

  /** Whether the account of this identity was deleted after the token had been issued. */
  async isEnded(
    tx: Transaction,
    { issuer, subject, issuedAtMs }: ExternalClaims,
  ): Promise<boolean> {
    const ended = await tx.query(
      `SELECT 1 FROM ended_external_identities
       WHERE digest = digest_of_external_identity($1, $2)
         AND ended_at + make_interval(secs => $4) > to_timestamp($3)`,
      [issuer, subject, issuedAtMs / 1000, CLOCK_TOLERANCE_SECONDS],
    );
    return ended.length > 0;
  }

  /** Fails when the identity has an account already. */
  async add(tx: Transaction, { issuer, subject }: ExternalClaims, userId: string): Promise<void> {
    await tx.query(
      `INSERT INTO external_identities (issuer, subject, user_id) VALUES ($1, $2, $3)`,
      [issuer, subject, userId],
    );
  }
}
