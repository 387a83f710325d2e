import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';

const DURATION_BUCKETS_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

/** What `/metrics` shows. Other modules add their own metrics to `registry`. */
@Injectable()
export class Metrics {
  readonly registry = new Registry();

  readonly requestDuration = new Histogram({
    name: 'mindflow_request_duration_seconds',
    help: 'Time from arrival to answer',
    labelNames: ['action', 'status'] as const,
    buckets: DURATION_BUCKETS_SECONDS,
    registers: [this.registry],
  });

  private exposition = (): Promise<string> => this.registry.metrics();

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  /** Everything, in the text format of Prometheus. */
  text(): Promise<string> {
    return this.exposition();
  }

  /** Lets `text` say more than this process knows. */
  exposeBy(exposition: () => Promise<string>): void {
    this.exposition = exposition;
  }
}
