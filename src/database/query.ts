import { type EventEmitter } from 'node:events';
import { type Duplex } from 'node:stream';
import pg from 'pg';

export type Answered = (error: Error | null, result: pg.QueryResult) => void;

/** What speaks the protocol of PostgreSQL on a connection. */
export interface Wire extends EventEmitter {
  stream: Duplex;
  describe(portal: object): void;
  execute(portal: { portal: string }): void;
  sync(): void;
}

type RowDescription = object;

/** What `pg` does not declare of a query. */
interface Internals {
  name?: string | undefined;
  _result: { command: string | null };
  _getRows(wire: Wire): void;
  prepare(wire: Wire): void;
  handleRowDescription(description: RowDescription): void;
  handleCommandComplete(message: unknown, wire: Wire): void;
  handleEmptyQuery(wire: Wire): void;
  handleReadyForQuery(wire: Wire): void;
  handleError(error: Error, wire: Wire): void;
}

const PgQuery = pg.Query as unknown as new (
  text: string,
  values: unknown,
  answered: Answered,
) => pg.Query & Internals;

/** What is known on a connection of the rows of its prepared statements. */
export class RowDescriptions {
  /** By the names of the statements; null where they return none. */
  readonly known = new Map<string, RowDescription | null>();

  /** The same wire, on which asking for a description does nothing. */
  readonly withoutDescribe: Wire;

  constructor(wire: Wire) {
    const describe: Wire['describe'] = () => undefined;
    this.withoutDescribe = Object.create(wire, { describe: { value: describe } }) as Wire;
  }
}

/**
 * A query that asks only once what the rows of a prepared statement look like, if it is told where to keep that: asking
 * takes a twentieth of what a request costs.
 */
export class Query extends PgQuery {
  rowDescriptions: RowDescriptions | null = null;
  private isDescribed = false;

  override prepare(wire: Wire): void {
    const { name, rowDescriptions } = this;
    const known = name === undefined ? undefined : rowDescriptions?.known.get(name);
    this.isDescribed = known !== undefined;
    if (known) super.handleRowDescription(known);
    super.prepare((this.isDescribed ? rowDescriptions?.withoutDescribe : null) ?? wire);
  }

  override handleRowDescription(description: RowDescription): void {
    super.handleRowDescription(description);
    this.remember(description);
  }

  override handleCommandComplete(message: unknown, wire: Wire): void {
    super.handleCommandComplete(message, wire);
    if (!this.isDescribed) this.remember(null);
  }

  private remember(description: RowDescription | null): void {
    this.isDescribed = true;
    if (this.name) this.rowDescriptions?.known.set(this.name, description);
  }
}
