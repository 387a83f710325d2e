import { Inject, Injectable } from '@nestjs/common';
import { type Logger as Pino } from 'pino';
import { ACCESS_LOG } from './logger.js';
import { Metrics } from './metrics.js';
import { type RequestContext } from './request-context.js';

/** Tells the log and the metrics of every request that is over. */
@Injectable()
export class Reporter {
  constructor(
    private readonly metrics: Metrics,
    @Inject(ACCESS_LOG) private readonly log: Pino,
  ) {}

  report(context: RequestContext, status: number): void {
    const action = context.actionFor(status);
    this.metrics.requestDuration.observe({ action, status }, context.durationMs / 1000);
    this.log.info({
      msg: 'request',
      requestId: context.id,
      traceId: context.traceId,
      userId: context.principal?.userId ?? null,
      action,
      method: context.method,
      status,
      durationMs: Math.round(context.durationMs * 1000) / 1000,
    });
  }
}
