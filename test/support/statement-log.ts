import pg from 'pg';
import { isSubmitted, onAnswer } from './submitted-query.js';

/** What requests cost the database. */
export interface Cost {
  statements: number;
  /** How often a connection waited for answers: what is pipelined shares one. */
  roundTrips: number;
  /** How often something was made durable. */
  commits: number;
}

export interface Sent {
  text: string;
  values: unknown[];
  isPrepared: boolean;
  startsRoundTrip: boolean;
}

/** Behind a pooler the limit of every statement is part of its transaction. */
const CONTROL =
  /^(BEGIN|SELECT set_config\('statement_timeout', '1900', true\)|COMMIT|END|ROLLBACK)/;
const END = /^(COMMIT|END|ROLLBACK)$/;
const CHANGE = /^\s*(INSERT|UPDATE|DELETE)\b/i;

type Query = (this: pg.Client, ...args: unknown[]) => unknown;

/** Writes down every statement that the application's connections in this process send. */
export class StatementLog {
  private sent: Sent[] = [];
  private readonly underWay = new WeakMap<pg.Client, number>();
  /** The clients in a transaction, and whether it has changed anything yet. */
  private readonly changed = new WeakMap<pg.Client, boolean>();
  /** The pieces that have changed something. */
  private readonly changing = new WeakSet<object>();
  private readonly original = Reflect.get(pg.Client.prototype, 'query') as Query;
  private durable = 0;

  static start(): StatementLog {
    const log = new StatementLog();
    const { original } = log;
    pg.Client.prototype.query = function (this: pg.Client, ...args: unknown[]) {
      const answer = original.apply(this, args);
      if (isOfRequests(this)) log.note(this, args, whenSettled(args[0], answer));
      return answer;
    } as never;
    return log;
  }

  stop(): void {
    pg.Client.prototype.query = this.original as never;
  }

  /** What `request` sent and cost, its audit row included. */
  async during(request: () => PromiseLike<unknown>): Promise<{ sent: Sent[]; cost: Cost }> {
    this.sent = [];
    this.durable = 0;
    await request();
    const roundTrips = this.sent.filter(({ startsRoundTrip }) => startsRoundTrip).length;
    const sent = this.sent.filter(({ text }) => !CONTROL.test(text));
    return { sent, cost: { statements: sent.length, roundTrips, commits: this.durable } };
  }

  private note(client: pg.Client, args: unknown[], answer: Promise<unknown>): void {
    const [first, second] = args;
    const query = (typeof first === 'string' ? { text: first } : first) as pg.QueryConfig;
    const values = query.values ?? (Array.isArray(second) ? second : []);
    const pending = this.underWay.get(client) ?? 0;
    this.sent.push({
      text: query.text,
      values,
      isPrepared: query.name !== undefined,
      startsRoundTrip: pending === 0,
    });
    this.noteCommit(client, query);
    this.underWay.set(client, pending + 1);
    const settled = () => {
      this.underWay.set(client, (this.underWay.get(client) ?? 1) - 1);
    };
    answer.then(settled, settled);
  }

  private noteCommit(
    client: pg.Client,
    { text, piece }: pg.QueryConfig & { piece?: object },
  ): void {
    if (text.startsWith('BEGIN')) this.changed.set(client, false);
    else if (END.test(text)) {
      if (text !== 'ROLLBACK' && this.changed.get(client)) this.durable++;
      this.changed.delete(client);
    } else if (CHANGE.test(text)) this.noteChange(client, piece);
  }

  /** Outside a transaction, a piece is one by itself. */
  private noteChange(client: pg.Client, piece: object | undefined): void {
    if (this.changed.has(client)) this.changed.set(client, true);
    else if (!piece || !this.changing.has(piece)) this.durable++;
    if (piece) this.changing.add(piece);
  }
}

function whenSettled(query: unknown, answer: unknown): Promise<unknown> {
  if (!isSubmitted(query)) return answer as Promise<unknown>;
  return new Promise((resolve) => {
    onAnswer(query, resolve);
  });
}

/** The pool and the audit connection; jobs in the background have connections of other names. */
function isOfRequests(client: pg.Client): boolean {
  const { connectionParameters } = client as unknown as {
    connectionParameters: { application_name?: string };
  };
  return ['mindflow', 'mindflow-audit'].includes(connectionParameters.application_name ?? '');
}
