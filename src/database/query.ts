import { type EventEmitter } from 'node:events';
import pg from 'pg';

export type Answered = (error: Error | null, result: pg.QueryResult) => void;

/** What speaks the protocol of PostgreSQL on a connection. */
export interface Wire extends EventEmitter {
  execute(portal: { portal: string }): void;
  sync(): void;
}

type RowDescription = object;

/** What `pg` does not declare of a query. */
interface Internals {
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
) => pg.Query & Internals & { name?: string | undefined };

/** What is known on a connection of the rows of its prepared statements; null where they return none. */
class Descriptions extends Map<string, RowDescription | null> {
  private static readonly all = new WeakMap<Wire, Descriptions>();

  /** The wire, but nothing is asked to be described. */
  readonly undescribed: Wire;

  private constructor(wire: Wire) {
    super();
    this.undescribed = Object.create(wire, { describe: { value: () => undefined } }) as Wire;
  }

  static on(wire: Wire): Descriptions {
    let descriptions = this.all.get(wire);
    if (!descriptions) this.all.set(wire, (descriptions = new Descriptions(wire)));
    return descriptions;
  }
}

/**
 * A query that asks only once on a connection what the rows of a prepared statement look like: they never change, and
 * describing a row takes both sides about as long as reading it.
 */
export class Query extends PgQuery {
  private descriptions: Descriptions | null = null;
  private isDescribed = false;

  override prepare(wire: Wire): void {
    this.descriptions = Descriptions.on(wire);
    const known = this.name === undefined ? undefined : this.descriptions.get(this.name);
    if (known) this.handleRowDescription(known);
    super.prepare(known === undefined ? wire : this.descriptions.undescribed);
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
    if (this.name !== undefined) this.descriptions?.set(this.name, description);
  }
}
