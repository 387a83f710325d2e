import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import { type RequestContext } from '../http/request-context.js';
import { type AuditRow } from './audit-row.js';
import { Committer } from './committer.js';
import { Flood } from './flood.js';

/** So many refusals of a route have rows of their own, for each address in each second. */
export const FLOOD_THRESHOLD = 100;
/** Refusals that nobody has room to count have rows of their own. */
const MAX_FLOODS = 10_000;
const SECOND_MS = 1000;
const STORE_WITHIN_MS = 5000;
/** Few enough to leave room in the queue for everybody else. */
const STORE_AT_ONCE = 200;

/**
 * Counts anonymous refusals beyond a threshold into one row for each address, route and second. Their answers do not
 * wait for that row, or a flood would cost what it was meant to save: it is stored when its second is over. While such a
 * row cannot be stored every refusal waits for a row of its own again, and is a 503 like all others.
 */
@Injectable()
export class Floods implements BeforeApplicationShutdown {
  private readonly logger = new Logger(Floods.name);
  private second = 0;
  private floods = new Map<string, Flood>();
  /** Rows of seconds that are over, until they are stored. */
  private waiting: AuditRow[] = [];
  private isFailing = false;
  private storing: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;
  private isStopping = false;

  constructor(private readonly committer: Committer) {}

  /** Whether the request is counted by now; otherwise it needs a row of its own. */
  counts(context: RequestContext, status: number): boolean {
    if (context.principal !== null || status < 400 || status >= 500) return false;
    this.turnTo(Math.floor(Date.now() / SECOND_MS));
    const flood = this.floodOf(context, status);
    if (!flood || ++flood.seen <= FLOOD_THRESHOLD) return false;
    if (this.isStopping || this.isFailing) return false;
    flood.add(context, status);
    this.closeInTime();
    return true;
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    clearTimeout(this.timer);
    this.close();
    await this.storing;
    if (this.waiting.length > 0) {
      this.logger.error({ msg: 'counted refusals are lost', rows: this.waiting.length });
    }
  }

  private turnTo(second: number): void {
    if (second === this.second) return;
    this.close();
    this.second = second;
  }

  private floodOf(context: RequestContext, status: number): Flood | null {
    const key = Flood.keyOf(context, status);
    const found = this.floods.get(key);
    if (found) return found;
    if (this.floods.size === MAX_FLOODS) return null;
    const flood = new Flood(this.second);
    this.floods.set(key, flood);
    return flood;
  }

  /** No later than the next second begins: there may be no other request. */
  private closeInTime(): void {
    this.timer ??= setTimeout(
      () => {
        this.timer = undefined;
        this.turnTo(Math.floor(Date.now() / SECOND_MS));
      },
      (this.second + 1) * SECOND_MS - Date.now() + 1,
    );
  }

  private close(): void {
    for (const flood of this.floods.values()) {
      const row = flood.row();
      if (row) this.waiting.push(row);
    }
    this.floods = new Map();
    if (this.waiting.length > 0) this.storeSoon();
  }

  private storeSoon(): void {
    this.storing = this.storing.then(() => this.store());
  }

  private async store(): Promise<void> {
    const rows = this.waiting.slice(0, STORE_AT_ONCE);
    const outcomes = await Promise.allSettled(
      rows.map((row) => this.committer.store(row, STORE_WITHIN_MS)),
    );
    const stored = new Set(rows.filter((_, index) => outcomes[index]?.status === 'fulfilled'));
    this.waiting = this.waiting.filter((row) => !stored.has(row));
    this.isFailing = stored.size < rows.length;
    if (!this.isFailing && this.waiting.length > 0) await this.store();
    if (!this.isFailing || this.isStopping) return;
    setTimeout(() => {
      this.storeSoon();
    }, SECOND_MS).unref();
  }
}
