import { randomUUID } from 'node:crypto';
import { type Account } from './account.js';
import { type Answer, type Ask, HttpClient } from './http-client.js';
import { type Entry, type Kind, type Ledger } from './ledger.js';

const METHODS: Record<Kind, string> = {
  list: 'GET',
  get: 'GET',
  create: 'POST',
  update: 'PATCH',
  delete: 'DELETE',
};

/** One client of the load with its own connection and its own tasks; what it asks is noted in the ledger. */
export class LoadClient {
  private readonly http: HttpClient;
  private readonly tasks: string[] = [];

  constructor(
    url: string,
    private readonly account: Account,
    private readonly ledger: Ledger,
  ) {
    this.http = new HttpClient(url);
  }

  /** Asks for something at random: half reads, 30 % POST, 15 % PATCH, 5 % DELETE. */
  once(): Promise<Entry> {
    return this.ask(chooseKind(this.tasks.length));
  }

  /** Leaves without waiting for its answer. */
  abandon(): void {
    this.http.abandon();
  }

  close(): void {
    this.http.close();
  }

  private async ask(kind: Kind): Promise<Entry> {
    const needsTask = kind !== 'list' && kind !== 'create';
    const taskId = needsTask ? take(this.tasks, kind === 'delete') : null;
    const traceId = randomUUID();
    const startedMs = performance.now();
    const body = bodyOf(kind, traceId);
    const { createdId, ...outcome } = await attempt(this.http, {
      method: METHODS[kind],
      path: pathOf(kind, taskId),
      headers: { Authorization: this.account.bearer, 'X-Request-Id': traceId },
      ...(body && { body }),
    });
    if (createdId !== null) this.tasks.push(createdId);
    const durationMs = performance.now() - startedMs;
    const entry = { ...outcome, kind, traceId, taskId: createdId ?? taskId, startedMs, durationMs };
    this.ledger.entries.push(entry);
    if (entry.code === 'invalid_token') await this.account.renew().catch(() => undefined);
    return entry;
  }
}

type Outcome = Pick<Entry, 'status' | 'requestId' | 'code' | 'isSent'> & {
  createdId: string | null;
};

async function attempt(client: HttpClient, ask: Ask): Promise<Outcome> {
  try {
    return { ...outcomeOf(await client.send(ask)), isSent: true };
  } catch (error) {
    const isSent = (error as NodeJS.ErrnoException).code !== 'ECONNREFUSED';
    return { status: null, requestId: null, code: null, createdId: null, isSent };
  }
}

function outcomeOf({ status, requestId, body }: Answer): Omit<Outcome, 'isSent'> {
  return {
    status,
    requestId,
    code: status >= 400 ? String(body['code']) : null,
    createdId: status === 201 ? String(body['id']) : null,
  };
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
