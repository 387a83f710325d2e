import { hasCode } from './embedded-postgres-error.js';

const SILENCE_MS = 30_000;
/** About 5 s: races lost to other starts, or to the last processes of a killed server, end sooner. */
const MOST_FAILED_STARTS = 30;
const STARTING_UP = '57P03';

/** How long to go on with a server that does not let us in yet. */
export class Patience {
  /** What went wrong last. */
  cause: unknown;
  private failedStarts = 0;
  private deadline = performance.now() + SILENCE_MS;

  /** A connection was refused. A server that says it is starting up, or recovering from a crash, gets more time. */
  refused(error: unknown): void {
    this.cause = error;
    if (hasCode(error, STARTING_UP)) this.deadline = performance.now() + SILENCE_MS;
  }

  startFailed(error: unknown): void {
    this.cause = error;
    this.failedStarts += 1;
  }

  get isOver(): boolean {
    return this.failedStarts > MOST_FAILED_STARTS || performance.now() > this.deadline;
  }
}
