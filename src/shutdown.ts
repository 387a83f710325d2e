import { type Logger } from 'pino';

const GRACE_MS = 9000;

/**
 * Ends the process in order on SIGTERM and SIGINT, however far its start has come: what was begun last is ended first.
 * What takes longer than nine seconds is cut off.
 */
export class Shutdown {
  private readonly asked = new AbortController();
  private readonly ends: (() => Promise<void>)[] = [];
  private isStarting = true;
  private cutOff: NodeJS.Timeout | undefined;
  private stopping: Promise<void> | null = null;

  constructor(private readonly log: Logger) {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.on(signal, () => {
        log.info({ msg: 'stopping', signal });
        this.ask();
      });
    }
  }

  /** Aborted when the process is told to stop, so that a start can be given up between its steps. */
  get signal(): AbortSignal {
    return this.asked.signal;
  }

  /** Registers how to end what has just been begun. */
  add(end: () => Promise<void>): void {
    this.ends.unshift(end);
  }

  /** From here on there is nobody who looks at `signal`. */
  started(): void {
    this.isStarting = false;
  }

  /** Ends everything, and then the process. Calling again waits for the same end. */
  stop(exitCode: number): Promise<void> {
    this.stopping ??= this.end().then((isClean) => process.exit(isClean ? exitCode : 1));
    return this.stopping;
  }

  private ask(): void {
    if (this.asked.signal.aborted) return;
    this.asked.abort();
    this.cutOffLater();
    if (!this.isStarting) void this.stop(0);
  }

  private async end(): Promise<boolean> {
    this.cutOffLater();
    try {
      for (const end of this.ends) await end();
      this.log.info('stopped');
      return true;
    } catch (error) {
      this.log.error({ msg: 'stopped uncleanly', err: error });
      return false;
    }
  }

  private cutOffLater(): void {
    this.cutOff ??= setTimeout(() => {
      this.log.error('stopped before everything had ended');
      process.exit(1);
    }, GRACE_MS);
  }
}
