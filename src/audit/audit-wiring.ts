import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type CommitCompanion } from '../database/commit.js';
import { Database } from '../database/database.js';
import { isOutOfRoom, isTransient } from '../database/database-errors.js';
import { type Statement } from '../database/transaction.js';
import { auditUnavailable } from '../http/audit-unavailable.js';
import { Recorder } from '../http/recorder.js';
import { RequestContext } from '../http/request-context.js';
import { insertion } from './audit-statements.js';
import { auditRow } from './audit-row.js';
import { Committer } from './committer.js';
import { Floods } from './floods.js';

/** How long an answer waits for its row. */
const RECORD_WITHIN_MS = 2000;
/** A request that the database has failed is answered so long after its arrival, with what it needs for its row at least. */
const FAILURE_WITHIN_MS = 2250;
const RECORD_FAILURE_MS = 250;

/**
 * The two wires of the record: a change commits together with its row, and any other answer waits for its row. No
 * feature needs to know.
 */
@Injectable()
export class AuditWiring implements OnModuleInit, CommitCompanion {
  constructor(
    private readonly database: Database,
    private readonly recorder: Recorder,
    private readonly committer: Committer,
    private readonly floods: Floods,
  ) {}

  onModuleInit(): void {
    this.database.accompany(this);
    this.recorder.use({
      store: (context, status) =>
        this.floods.counts(context, status) ? undefined : this.store(context, status),
      isFull: () => this.committer.isFull,
      nobodyElse: () => {
        this.committer.flushGathered();
      },
    });
  }

  statement(context: object): Statement | null {
    if (!(context instanceof RequestContext) || context.isRecorded) return null;
    return insertion(auditRow(context, context.successStatus), context.outcome);
  }

  committed(context: object): void {
    if (context instanceof RequestContext) context.isRecorded = true;
  }

  refusal(cause: Error): Error {
    return isOutOfRoom(cause) || isTransient(cause) ? cause : auditUnavailable(cause);
  }

  private async store(context: RequestContext, status: number): Promise<void> {
    const withinMs = status === 503 ? timeLeft(context) : RECORD_WITHIN_MS;
    try {
      await this.committer.store(auditRow(context, status), withinMs);
    } catch (error) {
      const { cause } = error as Error;
      // Where its row finds no room the change did not either, and its client is told the reason that it can act on.
      throw context.method !== 'GET' && isOutOfRoom(cause) ? cause : error;
    }
  }
}

function timeLeft({ durationMs }: RequestContext): number {
  return Math.max(RECORD_FAILURE_MS, FAILURE_WITHIN_MS - durationMs);
}
