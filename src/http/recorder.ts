import { Injectable } from '@nestjs/common';
import { ProblemError } from './problem.js';
import { type RequestContext } from './request-context.js';

/** The record of requests, as the module that keeps it hands it in. */
export interface Record {
  /** Stores that a request was answered with `status`. Its failure turns the answer into a 503. */
  store: (context: RequestContext, status: number) => Promise<void>;
  /** Whether it takes no more for now. */
  isFull: () => boolean;
}

/** Where the module that keeps the record plugs in: every answer waits for it. */
@Injectable()
export class Recorder {
  private record: Record | null = null;

  use(record: Record): void {
    this.record = record;
  }

  /** Why a request had better not begin: its row could not be stored. */
  refusal({ operation }: RequestContext): ProblemError | undefined {
    if (operation?.isRecorded === false || !this.record?.isFull()) return undefined;
    return new ProblemError('audit_unavailable', 'Too many requests wait for their record.', {
      headers: { 'Retry-After': '1' },
    });
  }

  /** Resolves once the answer may leave. */
  async settle(context: RequestContext, status: number): Promise<void> {
    context.stopClock();
    if (context.isRecorded || context.operation?.isRecorded === false) return;
    await this.record?.store(context, status);
  }
}
