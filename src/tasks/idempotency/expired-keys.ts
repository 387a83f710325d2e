import {
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { Database } from '../../database/database.js';

/** As seldom as partitions are looked after, so that the database of an idle service may sleep. */
const INTERVAL_MS = 6 * 3_600_000;
const MAX_BATCH = 1000;

const DELETE_BATCH = `
  DELETE FROM idempotency_keys
  WHERE (user_id, operation, key) IN (
    SELECT user_id, operation, key FROM idempotency_keys
    WHERE expires_at <= now() ORDER BY expires_at LIMIT $1)
  RETURNING 1`;

/** Removes the answers that are no longer repeated. Its failures are logged and stop nobody. */
@Injectable()
export class ExpiredKeys implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(ExpiredKeys.name);
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();

  constructor(private readonly database: Database) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.running = this.remove();
    }, INTERVAL_MS).unref();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  /** A batch at a time, so that no statement takes long. Never fails. */
  async remove(): Promise<void> {
    try {
      for (let removed = MAX_BATCH; removed === MAX_BATCH;) {
        const rows = await this.database.transaction({}, (tx) =>
          tx.query(DELETE_BATCH, [MAX_BATCH]),
        );
        removed = rows.length;
      }
    } catch (error) {
      this.logger.warn({ msg: 'expired idempotency keys could not be removed', err: error });
    }
  }
}
