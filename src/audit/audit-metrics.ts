import { Injectable } from '@nestjs/common';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { Metrics } from '../http/metrics.js';

/** How the committer fares. */
@Injectable()
export class AuditMetrics {
  readonly batchRows: Histogram;
  readonly waitSeconds: Histogram;
  readonly failures: Counter<'reason'>;
  private readonly registry: Registry;

  constructor({ registry }: Metrics) {
    this.registry = registry;
    const registers = [registry];
    this.batchRows = new Histogram({
      name: 'mindflow_audit_batch_rows',
      help: 'Audit rows per commit',
      buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000],
      registers,
    });
    this.waitSeconds = new Histogram({
      name: 'mindflow_audit_wait_seconds',
      help: 'How long answers waited for their audit row',
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2],
      registers,
    });
    this.failures = new Counter({
      name: 'mindflow_audit_failures_total',
      help: 'Audit rows not stored as they were: refused, overdue, queue_full, or stored sanitised',
      labelNames: ['reason'],
      registers,
    });
  }

  /** Shows how many rows wait, at the moment of the question. */
  watchQueue(length: () => number): void {
    const gauge: Gauge = new Gauge({
      name: 'mindflow_audit_queue_rows',
      help: 'Audit rows that wait for their commit',
      registers: [this.registry],
      collect: () => {
        gauge.set(length());
      },
    });
  }
}
