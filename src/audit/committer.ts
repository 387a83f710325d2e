import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { SETTINGS, type Settings } from '../config/settings.js';
import { sqlState } from '../database/database-errors.js';
import { RejectedStatements } from '../database/rejected-statements.js';
import { auditUnavailable } from '../http/audit-unavailable.js';
import { Recorder } from '../http/recorder.js';
import { AuditConnection } from './audit-connection.js';
import { AuditMetrics } from './audit-metrics.js';
import { type AuditRow, COLUMNS, withoutClientText } from './audit-row.js';
import { INSERT_BATCH } from './audit-statements.js';

/** Each waiting row holds its request, its answer and its connection: some 15 KB. */
const MAX_QUEUE = 2000;
const MAX_BATCH = 1000;
/** How long a row waits, at most, for those of other requests under way to share a commit with, and how many are enough. */
const GATHER_MS = 12;
const GATHERED_ROWS = 100;
/** Others are not waited for any longer once none has come for that long. */
const NEXT_ROW_MS = 2;
/** Bad data, broken constraints, exceeded limits: the fault of a row, not of the database. */
const BAD_ROW = /^(22|23|54)/;

interface Entry {
  row: AuditRow;
  queuedMs: number;
  isSanitised: boolean;
  /** Set once its request has been told, one way or the other. */
  isSettled: boolean;
  stored: () => void;
  refused: (reason: unknown) => void;
}

/**
 * Stores audit rows in batches over a connection of its own. While one batch is on its way the next one gathers, and a
 * batch waits a moment for the rows of requests that have arrived already, so that the load itself sets the size of a
 * batch and whoever is alone waits for nothing.
 */
@Injectable()
export class Committer implements OnApplicationShutdown {
  private readonly logger = new Logger(Committer.name);
  private readonly connection: AuditConnection;
  private queue: Entry[] = [];
  private isFlushing = false;
  private flushed: Promise<void> = Promise.resolve();
  private endGathering: (() => void) | null = null;

  constructor(
    @Inject(SETTINGS) settings: Settings,
    private readonly metrics: AuditMetrics,
    private readonly rejected: RejectedStatements,
    private readonly recorder: Recorder,
  ) {
    this.connection = new AuditConnection(settings);
    metrics.watchQueue(() => this.queue.length);
  }

  /** Whether no more rows are taken, so that a request had better not begin. */
  get isFull(): boolean {
    return this.queue.length >= MAX_QUEUE;
  }

  /**
   * Resolves once the row is durable.
   *
   * @throws ProblemError `audit_unavailable` when it cannot be stored, or not within `withinMs`
   */
  store(row: AuditRow, withinMs: number): Promise<void> {
    if (this.isFull) {
      this.metrics.failures.inc({ reason: 'queue_full' });
      return Promise.reject(auditUnavailable('the queue is full'));
    }
    return new Promise((resolve, reject) => {
      const settle = (outcome: () => void) => () => {
        clearTimeout(overdue);
        entry.isSettled = true;
        outcome();
      };
      const entry: Entry = {
        row,
        queuedMs: performance.now(),
        isSanitised: false,
        isSettled: false,
        stored: settle(resolve),
        refused: (reason) => {
          settle(() => {
            reject(auditUnavailable(reason));
          })();
        },
      };
      const overdue = setTimeout(() => {
        this.metrics.failures.inc({ reason: 'overdue' });
        entry.refused('not stored in time');
      }, withinMs);
      this.queue.push(entry);
      if (!this.isFlushing) this.flushed = this.flush();
    });
  }

  /** Waits no longer for rows to share the next commit. */
  flushGathered(): void {
    this.endGathering?.();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.flushed;
    await this.connection.close();
  }

  private async flush(): Promise<void> {
    this.isFlushing = true;
    while (this.queue.length > 0) {
      if (this.isWorthWaiting) await this.gather();
      const batch = this.queue.splice(0, MAX_BATCH).filter(({ isSettled }) => !isSettled);
      if (batch.length > 0) await this.storeAll(batch);
    }
    // In the same breath as the last look at the queue: a row that comes now starts the next flush itself.
    this.isFlushing = false;
  }

  private get isWorthWaiting(): boolean {
    const waitedMs = performance.now() - (this.queue[0]?.queuedMs ?? 0);
    return this.recorder.isExpecting && this.queue.length < GATHERED_ROWS && waitedMs < GATHER_MS;
  }

  private async gather(): Promise<void> {
    for (let rows = 0; rows < this.queue.length && this.isWorthWaiting;) {
      rows = this.queue.length;
      await this.nextRows();
    }
  }

  private nextRows(): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        this.endGathering = null;
        resolve();
      };
      const timer = setTimeout(end, NEXT_ROW_MS);
      this.endGathering = end;
    });
  }

  private async storeAll(batch: Entry[]): Promise<void> {
    this.metrics.batchRows.observe(batch.length);
    try {
      await this.insert(batch);
      for (const entry of batch) this.settle(entry);
    } catch (error) {
      this.rejected.note(error);
      if (BAD_ROW.test(sqlState(error) ?? '') && batch.some(({ isSanitised }) => !isSanitised)) {
        await this.storeBadRow(batch, error);
        return;
      }
      this.logger.error({ msg: 'audit rows refused', rows: batch.length, err: error });
      this.metrics.failures.inc({ reason: 'refused' }, batch.length);
      for (const { refused } of batch) refused(error);
    }
  }

  private settle({ queuedMs, stored }: Entry): void {
    this.metrics.waitSeconds.observe((performance.now() - queuedMs) / 1000);
    stored();
  }

  /** A row that the table refuses is found by halving its batch, and stored without what its client sent. */
  private async storeBadRow(batch: Entry[], error: unknown): Promise<void> {
    const [entry] = batch;
    if (entry && batch.length === 1) {
      this.logger.error({ msg: 'audit row sanitised', err: error });
      this.metrics.failures.inc({ reason: 'sanitised' });
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
