import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Gauge, Histogram } from 'prom-client';
import { SETTINGS, type Settings } from '../config/settings.js';
import { sqlState } from '../database/database-errors.js';
import { Metrics } from '../http/metrics.js';
import { ProblemError } from '../http/problem.js';
import { AuditConnection } from './audit-connection.js';
import { type AuditRow, COLUMNS, withoutClientText } from './audit-row.js';
import { INSERT_BATCH } from './audit-statements.js';

const MAX_QUEUE = 10_000;
const MAX_BATCH = 1000;
/** Bad data, broken constraints, exceeded limits: the fault of a row, not of the database. */
const BAD_ROW = /^(22|23|54)/;

interface Entry {
  row: AuditRow;
  isSanitised: boolean;
  /** Set once its request has been told, one way or the other. */
  isSettled: boolean;
  stored: () => void;
  refused: (reason: unknown) => void;
}

/**
 * Stores audit rows in batches over a connection of its own: while one batch is on its way the next one gathers, so
 * that the load itself sets the size of a batch and a quiet service waits for nothing.
 */
@Injectable()
export class Committer implements OnApplicationShutdown {
  private readonly logger = new Logger(Committer.name);
  private readonly connection: AuditConnection;
  private readonly batchSize: Histogram;
  private queue: Entry[] = [];
  private isFlushing = false;
  private flushed: Promise<void> = Promise.resolve();

  constructor(@Inject(SETTINGS) settings: Settings, metrics: Metrics) {
    this.connection = new AuditConnection(settings);
    this.batchSize = new Histogram({
      name: 'mindflow_audit_batch_rows',
      help: 'Audit rows per commit',
      buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000],
      registers: [metrics.registry],
    });
    const queueSize: Gauge = new Gauge({
      name: 'mindflow_audit_queue_rows',
      help: 'Audit rows that wait for their commit',
      registers: [metrics.registry],
      collect: () => {
        queueSize.set(this.queue.length);
      },
    });
  }

  /**
   * Resolves once the row is durable.
   *
   * @throws ProblemError `audit_unavailable` when it cannot be stored, or not within `withinMs`
   */
  store(row: AuditRow, withinMs: number): Promise<void> {
    if (this.queue.length >= MAX_QUEUE) return Promise.reject(unavailable('the queue is full'));
    return new Promise((resolve, reject) => {
      const settle = (outcome: () => void) => () => {
        clearTimeout(overdue);
        entry.isSettled = true;
        outcome();
      };
      const entry: Entry = {
        row,
        isSanitised: false,
        isSettled: false,
        stored: settle(resolve),
        refused: (reason) => {
          settle(() => {
            reject(unavailable(reason));
          })();
        },
      };
      const overdue = setTimeout(entry.refused, withinMs, 'not stored in time');
      this.queue.push(entry);
      if (!this.isFlushing) this.flushed = this.flush();
    });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.flushed;
    await this.connection.close();
  }

  private async flush(): Promise<void> {
    this.isFlushing = true;
    while (this.queue.length > 0) {
      const batch = this.queue.splice(0, MAX_BATCH).filter(({ isSettled }) => !isSettled);
      if (batch.length > 0) await this.storeAll(batch);
    }
    // In the same breath as the last look at the queue: a row that comes now starts the next flush itself.
    this.isFlushing = false;
  }

  private async storeAll(batch: Entry[]): Promise<void> {
    this.batchSize.observe(batch.length);
    try {
      await this.insert(batch);
      for (const { stored } of batch) stored();
    } catch (error) {
      if (BAD_ROW.test(sqlState(error) ?? '') && batch.some(({ isSanitised }) => !isSanitised)) {
        await this.storeBadRow(batch, error);
        return;
      }
      this.logger.error({ msg: 'audit rows refused', rows: batch.length, err: error });
      for (const { refused } of batch) refused(error);
    }
  }

  /** A row that the table refuses is found by halving its batch, and stored without what its client sent. */
  private async storeBadRow(batch: Entry[], error: unknown): Promise<void> {
    const [entry] = batch;
    if (entry && batch.length === 1) {
      this.logger.error({ msg: 'audit row sanitised', err: error });
      entry.row = withoutClientText(entry.row);
      entry.isSanitised = true;
      await this.storeAll(batch);
      return;
    }
    const middle = batch.length >> 1;
    await this.storeAll(batch.slice(0, middle));
    await this.storeAll(batch.slice(middle));
  }

  private insert(batch: Entry[]): Promise<void> {
    const arrays = COLUMNS.map((_, column) => batch.map(({ row }) => row[column]));
    return this.connection.run(INSERT_BATCH, arrays);
  }
}

function unavailable(cause: unknown): ProblemError {
  return new ProblemError('audit_unavailable', 'The request could not be recorded.', {
    cause,
    headers: { 'Retry-After': '1' },
  });
}
