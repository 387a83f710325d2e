import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type Ask, type Answer, HttpClient } from './http-client.js';
import { type Entry, isSuccess, type Kind, Ledger } from './ledger.js';

const CLIENTS = 32;
const USERS = 8;
/** What a client waits after a refusal or without a server, so that the load stays bounded. */
const PAUSE_MS = 25;
const MAX_ENTRIES = 60_000;

const METHODS: Record<Kind, string> = {
  list: 'GET',
  get: 'GET',
  create: 'POST',
  update: 'PATCH',
  delete: 'DELETE',
};

/**
 * Thirty-two clients that read, create, change and delete tasks without a pause: half reads, 30 % POST, 15 % PATCH,
 * 5 % DELETE, and everything in the ledger.
 */
export class Load {
  readonly ledger = new Ledger();
  private readonly clients: HttpClient[];
  private readonly working: Promise<void>[];
  private successes = 0;
  private isStopped = false;

  private constructor(urls: string[], bearers: string[]) {
    this.clients = Array.from(
      { length: CLIENTS },
      (_, index) => new HttpClient(urls[index % urls.length] ?? ''),
    );
    this.working = this.clients.map((client, index) =>
      this.work(client, bearers[index % bearers.length] ?? ''),
    );
  }

  /** @param urls the instances, among which the clients are divided */
  static async start(...urls: string[]): Promise<Load> {
    const bearers = await Promise.all(
      Array.from({ length: USERS }, (_, index) => register(urls[index % urls.length] ?? '')),
    );
    return new Load(urls, bearers);
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

  private async work(client: HttpClient, bearer: string): Promise<void> {
    const tasks: string[] = [];
    while (!this.isStopped && this.ledger.entries.length < MAX_ENTRIES) {
      const status = await this.once(client, bearer, tasks);
      if (status === null || status >= 500) await delay(PAUSE_MS);
    }
    client.close();
  }

  private async once(client: HttpClient, bearer: string, tasks: string[]): Promise<number | null> {
    const kind = chooseKind(tasks.length);
    const taskId = kind === 'list' || kind === 'create' ? null : take(tasks, kind === 'delete');
    const traceId = randomUUID();
    const startedMs = performance.now();
    const body = bodyOf(kind, traceId);
    const answer = await attempt(client, {
      method: METHODS[kind],
      path: pathOf(kind, taskId),
      headers: { Authorization: bearer, 'X-Request-Id': traceId },
      ...(body && { body }),
    });
    const created = answer.status === 201 ? String(answer.body['id']) : null;
    if (created !== null) tasks.push(created);
    this.note({
      ...answer,
      kind,
      traceId,
      taskId: created ?? taskId,
      startedMs,
      durationMs: performance.now() - startedMs,
    });
    return answer.status;
  }

  private note({ body, ...entry }: Omit<Entry, 'code'> & Outcome): void {
    const isError = entry.status !== null && entry.status >= 400;
    const noted = { ...entry, code: isError ? String(body['code']) : null };
    this.ledger.entries.push(noted);
    if (isSuccess(noted)) this.successes++;
  }
}

type Outcome =
  | (Answer & { isSent: true })
  | { status: null; requestId: null; body: Record<string, never>; isSent: boolean };

async function attempt(client: HttpClient, ask: Ask): Promise<Outcome> {
  try {
    return { ...(await client.send(ask)), isSent: true };
  } catch (error) {
    const isSent = (error as NodeJS.ErrnoException).code !== 'ECONNREFUSED';
    return { status: null, requestId: null, body: {}, isSent };
  }
}

function chooseKind(tasks: number): Kind {
  const dice = Math.random();
  if (dice < 0.25) return 'list';
  if (tasks === 0 || (dice >= 0.5 && dice < 0.8)) return 'create';
  if (dice < 0.5) return 'get';
  return dice < 0.95 ? 'update' : 'delete';
}

function bodyOf(kind: Kind, traceId: string): object | null {
  if (kind === 'create') return { title: `Created by ${traceId}`, priority: 4, tags: ['load'] };
  // Unlike any title before it, so that every change raises the version by one.
  return kind === 'update' ? { title: `Changed by ${traceId}` } : null;
}

function pathOf(kind: Kind, taskId: string | null): string {
  if (kind === 'list') return '/api/tasks?limit=5';
  return taskId === null ? '/api/tasks' : `/api/tasks/${taskId}`;
}

function take(tasks: string[], isLast: boolean): string {
  const index = Math.floor(Math.random() * tasks.length);
  const [task = ''] = isLast ? tasks.splice(index, 1) : tasks.slice(index, index + 1);
  return task;
}

/** A new user's Authorization header. */
export async function register(url: string): Promise<string> {
  const client = new HttpClient(url);
  const { status, body } = await client.send({
    method: 'POST',
    path: '/api/auth/register',
    body: { email: `${randomUUID()}@example.com`, password: 'correct horse battery staple' },
  });
  client.close();
  if (status !== 201) throw new Error(`registering was answered with ${String(status)}`);
  return `Bearer ${String(body['accessToken'])}`;
}

async function until(condition: () => boolean, withinMs: number): Promise<void> {
  const deadlineMs = performance.now() + withinMs;
  while (!condition()) {
    if (performance.now() > deadlineMs) throw new Error('the load got no further in time');
    await delay(PAUSE_MS);
  }
}
