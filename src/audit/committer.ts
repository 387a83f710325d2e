import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Gauge, Histogram } from 'prom-client';
import { databaseConnection } from '../config/database-connection.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { sqlState } from '../database/database-errors.js';
import { PreparedClient } from '../database/prepared-client.js';
import { Metrics } from '../http/metrics.js';
import { ProblemError } from '../http/problem.js';
import { type AuditRow, COLUMNS } from './audit-row.js';
import { INSERT_BATCH } from './audit-statements.js';

const MAX_QUEUE = 10_000;
const MAX_BATCH = 1000;
const ANSWER_TIMEOUT_MS = 2000;
const BAD_VALUE = /^(22|23)/;

interface Entry {
  row: AuditRow;
  stored: () => void;
  refused: (reason: Error) => void;
}

/**
 * Stores audit rows in batches over a connection of its own: while one batch is on its way the next one gathers, so
 * that the load itself sets the size of a batch and a quiet service waits for nothing.
 */
@Injectable()
export class Committer implements OnApplicationShutdown {
  private readonly logger = new Logger(Committer.name);
  private readonly batchSize: Histogram;
  private queue: Entry[] = [];
  private flushing: Promise<void> | null = null;
  private client: PreparedClient | null = null;

  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    metrics: Metrics,
  ) {
    this.batchSize = new Histogram({
      name: 'mindflow_audit_batch_rows',
      help: 'Audit rows per commit',
      buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000],
      registers: [metrics.registry],
    });
    new Gauge({
      name: 'mindflow_audit_queue_rows',
      help: 'Audit rows that wait for their commit',
      registers: [metrics.registry],
      collect: (
        gauge: Gauge = metrics.registry.getSingleMetric('mindflow_audit_queue_rows') as Gauge,
      ) => {
        gauge.set(this.queue.length);
      },
    });
  }

  /**
   * Resolves once the row is durable.
   *
   * @throws ProblemError `audit_unavailable` when it cannot be stored
   */
  store(row: AuditRow): Promise<void> {
    if (this.queue.length >= MAX_QUEUE) return Promise.reject(unavailable('the queue is full'));
    return new Promise((stored, refused) => {
      this.queue.push({ row, stored, refused });
      this.flushing ??= this.flush().finally(() => {
        this.flushing = null;
      });
    });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.flushing;
    await this.client?.end();
  }

  private async flush(): Promise<void> {
    while (this.queue.length > 0) {
      const batch = this.queue.splice(0, MAX_BATCH);
      this.batchSize.observe(batch.length);
      try {
        await this.insertPersistently(batch);
        for (const { stored } of batch) stored();
      } catch (error) {
        await this.refuse(batch, error as Error);
      }
    }
  }

  /** A value that the table refuses costs only its own row: the others are stored one by one. */
  private async refuse(batch: Entry[], error: Error): Promise<void> {
    if (batch.length > 1 && BAD_VALUE.test(sqlState(error) ?? '')) {
      for (const entry of batch) {
        await this.insertPersistently([entry]).then(entry.stored, (reason: unknown) => {
          entry.refused(unavailable(reason));
        });
      }
      return;
    }
    this.logger.error({ msg: 'audit rows refused', rows: batch.length, err: error });
    for (const { refused } of batch) refused(unavailable(error));
  }

  /** Tries a second time, on a new connection, when the first one turns out to be broken. */
  private async insertPersistently(batch: Entry[]): Promise<void> {
    const wasConnected = this.client !== null;
    try {
      await this.insert(batch);
    } catch (error) {
      if (sqlState(error) !== undefined && !/^(08|57)/.test(sqlState(error) ?? '')) throw error;
      this.disconnect();
      if (!wasConnected) throw error;
      await this.insert(batch);
    }
  }

  private async insert(batch: Entry[]): Promise<void> {
    const client = this.client ?? (await this.connect());
    const arrays = COLUMNS.map((_, column) => batch.map(({ row }) => row[column]));
    await client.query(INSERT_BATCH, arrays);
  }

  private async connect(): Promise<PreparedClient> {
    const { DATABASE_URL } = this.settings;
    const client = new PreparedClient({
      ...databaseConnection(DATABASE_URL, this.settings),
      application_name: 'mindflow-audit',
      connectionTimeoutMillis: ANSWER_TIMEOUT_MS,
      query_timeout: ANSWER_TIMEOUT_MS,
      keepAlive: true,
    });
    client.on('error', () => {
      if (this.client === client) this.client = null;
    });
    await client.connect();
    this.client = client;
    return client;
  }

  private disconnect(): void {
    this.client?.end().catch(() => undefined);
    this.client = null;
  }
}

function unavailable(reason: unknown): ProblemError {
  return new ProblemError('audit_unavailable', 'The request could not be recorded.', {
    cause: reason,
    headers: { 'Retry-After': '1' },
  });
}
