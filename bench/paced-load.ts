import { setTimeout as pause } from 'node:timers/promises';
import { Account } from '../test/faults/account.js';
import { Ledger, isSuccess } from '../test/faults/ledger.js';
import { LoadClient } from '../test/faults/load-client.js';
import { quantile } from './statistics.js';

const USERS = 8;
const CLIENTS_OF_EACH = 4;

/** What came of the requests of some seconds. */
export interface Answers {
  perSecond: number;
  p99Ms: number;
  /** Answers that were no success, and none at all. */
  failed: number;
}

/** The clients of the fault tests, which read, create, change and delete, at a rate that can be held. */
export class PacedLoad {
  private readonly ledger = new Ledger();
  private readonly clients: LoadClient[];
  private readonly working: Promise<void>[];
  private perSecond = Infinity;
  private sinceMs = performance.now();
  private isStopped = false;

  private constructor(url: string, accounts: Account[]) {
    this.clients = Array.from({ length: CLIENTS_OF_EACH }, () =>
      accounts.map((account) => new LoadClient(url, account, this.ledger)),
    ).flat();
    this.working = this.clients.map((client) => this.work(client));
  }

  /** Begins without a pause between the requests of a client. */
  static async start(url: string): Promise<PacedLoad> {
    const accounts: Account[] = [];
    while (accounts.length < USERS) accounts.push(await Account.register(url));
    return new PacedLoad(url, accounts);
  }

  /** Makes so many requests a second from here on, all clients together. */
  hold(perSecond: number): void {
    this.perSecond = perSecond;
  }

  /** What was answered since this was last asked. */
  answers(): Answers {
    const entries = this.ledger.entries.splice(0);
    const seconds = (performance.now() - this.sinceMs) / 1000;
    this.sinceMs = performance.now();
    return {
      perSecond: entries.length / seconds,
      p99Ms: quantile(
        entries.map(({ durationMs }) => durationMs),
        0.99,
      ),
      failed: entries.filter((entry) => !isSuccess(entry)).length,
    };
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    await Promise.all(this.working);
  }

  private async work(client: LoadClient): Promise<void> {
    for (let dueMs = performance.now(); !this.isStopped;) {
      await client.once();
      dueMs =
        Math.max(dueMs, performance.now() - 1000) + (this.clients.length / this.perSecond) * 1000;
      await pause(Math.max(0, dueMs - performance.now()));
    }
    client.close();
  }
}
