import { setTimeout as delay } from 'node:timers/promises';
import { Account } from './account.js';
import { type Entry, isSuccess, Ledger } from './ledger.js';
import { LoadClient } from './load-client.js';

const CLIENTS = 32;
const USERS = 8;
/** What a client waits after a refusal or without a server, so that the load stays bounded. */
const PAUSE_MS = 25;
const MAX_ENTRIES = 60_000;

/** Thirty-two clients that read, create, change and delete tasks without a pause, and everything in the ledger. */
export class Load {
  readonly ledger = new Ledger();
  private readonly clients: LoadClient[];
  private readonly working: Promise<void>[];
  private successes = 0;
  private isStopped = false;

  private constructor(
    private readonly urls: string[],
    readonly accounts: Account[],
  ) {
    this.clients = this.newClients(CLIENTS);
    this.working = this.clients.map((client) => this.work(client));
  }

  /** @param urls the instances, among which the clients are divided */
  static async start(...urls: string[]): Promise<Load> {
    const accounts = await Promise.all(
      Array.from({ length: USERS }, (_, index) =>
        Account.register(urls[index % urls.length] ?? ''),
      ),
    );
    return new Load(urls, accounts);
  }

  /**
   * Resolves when so many more requests have been answered with success.
   *
   * @throws Error when that takes too long
   */
  async succeed(count: number, withinMs = 60_000): Promise<void> {
    const target = this.successes + count;
    await until(() => this.successes >= target, withinMs);
  }

  /** Resolves when so many requests, of all that began after a moment of `performance.now()`, are as they should. */
  async answered(
    sinceMs: number,
    matches: (entry: Entry) => boolean,
    count: number,
  ): Promise<void> {
    await until(() => this.ledger.since(sinceMs).filter(matches).length >= count, 60_000);
  }

  /** The end of the first success among the requests that began after a moment of `performance.now()`. */
  async firstSuccess(sinceMs: number, withinMs = 30_000): Promise<number> {
    const ends = () =>
      this.ledger
        .since(sinceMs)
        .filter(isSuccess)
        .map(({ startedMs, durationMs }) => startedMs + durationMs);
    await until(() => ends().length > 0, withinMs);
    return Math.min(...ends());
  }

  /** Asks so many things at once, over connections of their own and for all users alike. */
  async burst(count: number): Promise<Entry[]> {
    const clients = this.newClients(count);
    const entries = await Promise.all(clients.map((client) => client.once()));
    for (const client of clients) client.close();
    return entries;
  }

  /** A client at random leaves without waiting for its answer. */
  abandon(): void {
    this.clients[Math.floor(Math.random() * CLIENTS)]?.abandon();
  }

  /** Lets every client finish the request it is at. */
  async stop(): Promise<Ledger> {
    this.isStopped = true;
    await Promise.all(this.working);
    return this.ledger;
  }

  private newClients(count: number): LoadClient[] {
    return Array.from({ length: count }, (_, index) => {
      const account = this.accounts[index % this.accounts.length];
      if (!account) throw new Error('nobody is registered');
      return new LoadClient(this.urls[index % this.urls.length] ?? '', account, this.ledger);
    });
  }

  private async work(client: LoadClient): Promise<void> {
    while (!this.isStopped && this.ledger.entries.length < MAX_ENTRIES) {
      const entry = await client.once();
      if (isSuccess(entry)) this.successes++;
      else if (entry.status === null || entry.status >= 500) await delay(PAUSE_MS);
    }
    client.close();
  }
}

async function until(condition: () => boolean, withinMs: number): Promise<void> {
  const deadlineMs = performance.now() + withinMs;
  while (!condition()) {
    if (performance.now() > deadlineMs) throw new Error('the load got no further in time');
    await delay(PAUSE_MS);
  }
}
