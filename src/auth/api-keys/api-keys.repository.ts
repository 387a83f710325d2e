import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.js';
import { inOrder } from '../../database/in-order.js';
import { type Transaction } from '../../database/transaction.js';
import { type ScopeName } from '../../http/scope.decorator.js';
import { type ApiKeyLocation } from './api-key-text.js';
import { ApiKeyResponse } from './dto/api-key.response.js';

const LIVE = '(expires_at IS NULL OR expires_at > now())';
const FIELDS = `id, name, scopes, created_at AS "createdAt", expires_at AS "expiresAt",
  last_used_at AS "lastUsedAt"`;

const UNUSED_FOR_A_MINUTE = `(last_used_at IS NULL OR last_used_at < now() - interval '1 minute')`;

const INSERT = `
  INSERT INTO api_keys (user_id, id, key_hash, name, scopes, expires_at)
  SELECT u.id, $2, $3, $4, $5, $6 FROM users u
  WHERE u.id = $1 AND (SELECT count(*) FROM api_keys WHERE user_id = $1 AND ${LIVE}) < $7
  RETURNING ${FIELDS}`;

export interface NewApiKey extends ApiKeyLocation {
  id: string;
  name: string;
  scopes: ScopeName[];
  expiresAt: Date | null;
}

/** A key that was presented and is good. */
export interface LiveApiKey {
  id: string;
  scopes: ScopeName[];
  expiresAt: Date | null;
  /** Whether its use has not been noted for a minute. */
  isUseDue: boolean;
}

/** API keys, in SQL. */
@Injectable()
export class ApiKeysRepository {
  constructor(private readonly database: Database) {}

  /**
   * Stores a key and clears away those of its owner that have expired. Of several at once each waits for the one
   * before, so that they are counted right.
   *
   * @returns null when the owner has `maximum` live keys already, or is gone
   */
  async insert(tx: Transaction, key: NewApiKey, maximum: number): Promise<ApiKeyResponse | null> {
    const { userId, id, hash, name, scopes, expiresAt } = key;
    const [, , [stored]] = await inOrder([
      tx.query(`SELECT id FROM users WHERE id = $1 FOR NO KEY UPDATE`, [userId]),
      tx.query(`DELETE FROM api_keys WHERE user_id = $1 AND NOT ${LIVE}`, [userId]),
      tx.query<ApiKeyResponse>(INSERT, [userId, id, hash, name, scopes, expiresAt, maximum]),
    ]);
    return stored ?? null;
  }

  /** The live keys of a user, the newest first. */
  list(userId: string): Promise<ApiKeyResponse[]> {
    return this.database.query<ApiKeyResponse>(
      `SELECT ${FIELDS} FROM api_keys WHERE user_id = $1 AND ${LIVE} ORDER BY created_at DESC, id DESC`,
      [userId],
    );
  }

  /** @returns false when the user has no such live key */
  async remove(tx: Transaction, userId: string, id: string): Promise<boolean> {
    const removed = await tx.query(
      `DELETE FROM api_keys WHERE user_id = $1 AND id = $2 AND ${LIVE} RETURNING id`,
      [userId, id],
    );
    return removed.length > 0;
  }

  /** The key as it may be used now: null when it does not exist, has expired, or its owner may not sign in. */
  async findLive({ userId, hash }: ApiKeyLocation): Promise<LiveApiKey | null> {
    const [key] = await this.database.lookUp<LiveApiKey>(
      `SELECT k.id, k.scopes, k.expires_at AS "expiresAt", ${UNUSED_FOR_A_MINUTE} AS "isUseDue"
       FROM api_keys k JOIN users u ON u.id = k.user_id
       WHERE k.user_id = $1 AND k.key_hash = $2 AND ${LIVE} AND u.is_active`,
      [userId, hash],
    );
    return key ?? null;
  }

  /** Notes that a key was used, at most once a minute however many instances are told. */
  async noteUse(userId: string, id: string): Promise<void> {
    await this.database.transaction({}, (tx) =>
      tx.query(
        `UPDATE api_keys SET last_used_at = now()
         WHERE user_id = $1 AND id = $2 AND ${UNUSED_FOR_A_MINUTE}`,
        [userId, id],
      ),
    );
  }
}
