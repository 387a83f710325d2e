import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.js';
import { sqlState } from '../../database/database-errors.js';
import { inOrder } from '../../database/in-order.js';
import { type Queryable } from '../../database/transaction.js';
import { type RequestKey } from '../../http/idempotency-key.js';
import { ProblemError } from '../../http/problem.js';
import { type RequestContext } from '../../http/request-context.js';

/** A task as it was answered, now or before. */
export interface ChangedTask {
  id: string;
  version: number;
  json: string;
  isReplayed?: boolean;
}

const CLAIM = `SELECT claim_idempotency_key($1, $2, $3)`;

const STORE = `
  INSERT INTO idempotency_keys (user_id, operation, key, fingerprint, task_id, task_version, answer)
  VALUES ($1, $2, $3, $4, $5, $6, $7)`;

const READ = `
  SELECT fingerprint = $4 AS "isSame", task_id AS id, task_version AS version, answer AS json
  FROM idempotency_keys WHERE user_id = $1 AND operation = $2 AND key = $3`;

const LOCK_NOT_AVAILABLE = '55P03';
const PRIMARY_KEY = 'idempotency_keys_pkey';

/** Changes of tasks that a client may ask for again when it does not know what became of the first time. */
@Injectable()
export class RepeatableChanges {
  constructor(private readonly database: Database) {}

  /**
   * Runs the one statement of `change` in a transaction that stores its answer under the key of the request, or returns
   * the answer that is stored there. What has changed nothing is not stored: sent again, it is tried again.
   *
   * @param key null when the request had none: then nothing is stored, and all takes one round trip
   * @param change what it asks of `tx` it must ask for at once
   * @returns undefined when `change` does
   * @throws ProblemError `idempotency_conflict` while the first request with the key is under way,
   *   `idempotency_mismatch` when it asked for something else; whatever `change` throws
   */
  async once<T extends ChangedTask | undefined>(
    context: RequestContext,
    key: RequestKey | null,
    change: (tx: Queryable) => Promise<T>,
  ): Promise<T | ChangedTask> {
    if (key === null) {
      const query: Queryable['query'] = (text, values) =>
        this.database.change(context, text, values);
      return change({ query });
    }
    const name = [context.userId, context.operation?.id, key.key];
    try {
      return await this.database.transaction(context, async (tx) => {
        const [, task] = await inOrder([tx.query(CLAIM, name), change(tx)]);
        if (task) {
          const answer = [key.fingerprint, task.id, task.version, task.json];
          tx.send({ text: STORE, values: [...name, ...answer] });
        }
        return task;
      });
    } catch (error) {
      if (sqlState(error) === LOCK_NOT_AVAILABLE) throw underWay();
      if (isUsed(error)) return this.replay(context, [...name, key.fingerprint]);
      throw error;
    }
  }

  private async replay(context: RequestContext, values: unknown[]): Promise<ChangedTask> {
    const [first] = await this.database.query<ChangedTask & { isSame: boolean }>(READ, values);
    // It has expired since.
    if (!first) throw underWay();
    const { isSame, ...task } = first;
    if (!isSame) {
      throw new ProblemError(
        'idempotency_mismatch',
        'The key came before, with another body or for another task. Make a new one.',
      );
    }
    context.resourceId = task.id;
    context.details = { version: task.version, replayed: true };
    return { ...task, isReplayed: true };
  }
}

function isUsed(error: unknown): boolean {
  return (error as { constraint?: unknown }).constraint === PRIMARY_KEY;
}

function underWay(): ProblemError {
  return new ProblemError('idempotency_conflict', 'Send it again in a moment, with the same key.', {
    headers: { 'Retry-After': '1' },
  });
}
