import { Injectable } from '@nestjs/common';
import { auditUnavailable } from './audit-unavailable.js';
import { type ProblemError } from './problem.js';
import { type RequestContext } from './request-context.js';

/** The record of requests, as the module that keeps it hands it in. */
export interface RequestLog {
  /** Stores that a request was answered with `status`, unless there is nothing to wait for. Its failure turns the answer into a 503. */
  store: (context: RequestContext, status: number) => Promise<void> | undefined;
  /** Whether it takes no more for now. */
  isFull: () => boolean;
  /** Told when no other request is on its way to being recorded. */
  nobodyElse: () => void;
}

/** Where the module that keeps the record plugs in: every answer waits for it. */
@Injectable()
export class Recorder {
  private log: RequestLog | null = null;
  private readonly underWay = new Set<RequestContext>();

  use(log: RequestLog): void {
    this.log = log;
  }

  /** Whether requests have arrived that are not answered yet. */
  get isExpecting(): boolean {
    return this.underWay.size > 0;
  }

  /** Expects the answer to a request that has arrived. */
  expect(context: RequestContext): void {
    if (context.operation?.isRecorded !== false) this.underWay.add(context);
  }

  /** Why a request had better not begin: its row could not be stored. */
  refusal({ operation }: RequestContext): ProblemError | undefined {
    if (operation?.isRecorded === false || !this.log?.isFull()) return undefined;
    return auditUnavailable(undefined, 'Too many requests wait for their record.');
  }

  /** The promise resolves once the answer may leave; without one it may leave at once. */
  settle(context: RequestContext, status: number): Promise<void> | undefined {
    context.stopClock();
    this.underWay.delete(context);
    const isStored = context.isRecorded || context.operation?.isRecorded === false;
    const stored = isStored ? undefined : this.log?.store(context, status);
    if (this.underWay.size === 0) this.log?.nobodyElse();
    return stored;
  }
}
