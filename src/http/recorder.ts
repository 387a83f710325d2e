import { Injectable } from '@nestjs/common';
import { auditUnavailable } from './audit-unavailable.js';
import { type ProblemError } from './problem.js';
import { type RequestContext } from './request-context.js';

/** The record of requests, as the module that keeps it hands it in. */
export interface RequestLog {
  /** Stores that a request was answered with `status`. Its failure turns the answer into a 503. */
  store: (context: RequestContext, status: number) => Promise<void>;
  /** Whether it takes no more for now. */
  isFull: () => boolean;
}

/** Where the module that keeps the record plugs in: every answer waits for it. */
@Injectable()
export class Recorder {
  private log: RequestLog | null = null;

  use(log: RequestLog): void {
    this.log = log;
  }

  /** Why a request had better not begin: its row could not be stored. */
  refusal({ operation }: RequestContext): ProblemError | undefined {
    if (operation?.isRecorded === false || !this.log?.isFull()) return undefined;
    return auditUnavailable(undefined, 'Too many requests wait for their record.');
  }

  /** Resolves once the answer may leave. */
  async settle(context: RequestContext, status: number): Promise<void> {
    context.stopClock();
    if (context.isRecorded || context.operation?.isRecorded === false) return;
    await this.log?.store(context, status);
  }
}
