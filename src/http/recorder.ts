import { Injectable } from '@nestjs/common';
import { type RequestContext } from './request-context.js';

/** Stores that a request was answered with `status`. Its failure turns the answer into a 503. */
export type Record = (context: RequestContext, status: number) => Promise<void>;

/** Where the module that keeps the record plugs in: every answer waits for it. */
@Injectable()
export class Recorder {
  private record: Record | null = null;

  use(record: Record): void {
    this.record = record;
  }

  /** Resolves once the answer may leave. */
  async settle(context: RequestContext, status: number): Promise<void> {
    context.stopClock();
    if (context.isRecorded || context.operation?.isRecorded === false) return;
    await this.record?.(context, status);
  }
}
