export type Kind = 'list' | 'get' | 'create' | 'update' | 'delete';

/** One request as its client saw it. */
export interface Entry {
  kind: Kind;
  /** The client's own id, sent along and kept in the record as `trace_id`. */
  traceId: string;
  /** The task that it is about, once its client knows. */
  taskId: string | null;
  /** Null when no answer came. */
  status: number | null;
  /** The `code` of an error. */
  code: string | null;
  requestId: string | null;
  /** False when there was nobody to send it to. */
  isSent: boolean;
  startedMs: number;
  durationMs: number;
}

/** What clients remember of every request they made. */
export class Ledger {
  readonly entries: Entry[] = [];

  get answered(): Entry[] {
    return this.entries.filter(({ status }) => status !== null);
  }

  /** Sent, and never answered. */
  get unanswered(): Entry[] {
    return this.entries.filter(({ status, isSent }) => isSent && status === null);
  }

  /** Those that began at or after a moment of `performance.now()`. */
  since(momentMs: number): Entry[] {
    return this.entries.filter(({ startedMs }) => startedMs >= momentMs);
  }

  /** Those that were under way at some time between two moments. */
  during(fromMs: number, toMs: number): Entry[] {
    return this.entries.filter(
      ({ startedMs, durationMs }) => startedMs < toMs && startedMs + durationMs > fromMs,
    );
  }
}

export function isSuccess({ status }: Entry): boolean {
  return status !== null && status < 300;
}

export function isRead({ kind }: Entry): boolean {
  return kind === 'list' || kind === 'get';
}

/** Answers that are neither success nor a 503, nor have one of these codes. */
export function unexpected(entries: Entry[], tolerated: string[]): Entry[] {
  return entries.filter(
    ({ status, code }) =>
      status !== null && status !== 503 && status >= 300 && !tolerated.includes(code ?? ''),
  );
}

export function longestMs(entries: Entry[]): number {
  return entries.reduce((longest, { durationMs }) => Math.max(longest, durationMs), 0);
}
