import { createHash } from 'node:crypto';
import pg from 'pg';
import { PartialQuery, Piece } from './piece.js';
import { type Answered, Query, RowDescriptions, type Wire } from './query.js';
import { hasOwnSession } from './statement-limit.js';

/** A prepared statement costs PostgreSQL up to 200 KB on every connection, so only so many texts are prepared. */
const MAX_STATEMENTS = 150;

const names = new Map<string, string>();

/**
 * The name of the prepared statement for a text: the same on every connection, never one text's for another. Undefined
 * when it comes too late to be prepared.
 */
function statementName(text: string): string | undefined {
  let name = names.get(text);
  if (name === undefined && names.size < MAX_STATEMENTS) {
    name = createHash('sha256').update(text).digest('base64url').slice(0, 32);
    names.set(text, name);
  }
  return name;
}

interface Statement {
  text: string;
  values?: unknown[] | undefined;
  /** Milliseconds to wait for the answer, when it differs from the client's own. */
  query_timeout?: number | undefined;
}

/** What else a query may have that is left to `pg`. */
const BEYOND = ['name', 'rowMode', 'types', 'submit'];

interface Options extends pg.ClientConfig {
  /** Whether statements with parameters are prepared on their first use, and their plans reused. */
  preparesStatements: boolean;
}

/** A client that sends statements without waiting for the answers to those before them. */
export class PipeliningClient extends pg.Client {
  private readonly preparesStatements: boolean;
  private readonly rowDescriptions: RowDescriptions;
  private piece: Piece | null = null;
  private isGathering = false;

  constructor(options: Options) {
    super({ ...options, pipeline: true });
    this.preparesStatements = options.preparesStatements;
    this.rowDescriptions = new RowDescriptions(this.wire);
  }

  override query = ((given: unknown, values?: unknown, ...rest: unknown[]) => {
    const statement = rest.length === 0 ? asStatement(given, values) : null;
    if (statement === null) {
      return (super.query as (...args: unknown[]) => unknown).call(this, given, values, ...rest);
    }
    return new Promise<pg.QueryResult>((resolve, reject) => {
      super.query(
        this.submittable(statement, (error, result) => {
          if (error) reject(error);
          else resolve(result);
        }),
      );
    });
  }) as pg.Client['query'];

  /** Sends the statements that `ask` asks for in one piece, before it returns. When it throws, none of them is run. */
  inOnePiece<T>(ask: () => T): T {
    const { stream } = this.wire;
    const piece = new Piece();
    stream.cork();
    this.piece = piece;
    try {
      return ask();
    } catch (error) {
      stream.destroy();
      throw error;
    } finally {
      this.piece = null;
      piece.end();
      stream.uncork();
    }
  }

  /** Writes what is asked for from here on at once, when all that has arrived meanwhile has been read. */
  gatherWrites(): void {
    if (this.isGathering) return;
    const { stream } = this.wire;
    this.isGathering = true;
    stream.cork();
    setImmediate(() => {
      this.isGathering = false;
      stream.uncork();
    });
  }

  private get wire(): Wire {
    return (this as unknown as { connection: Wire }).connection;
  }

  /** What `pg` itself makes of a statement, without the copies that it takes of objects: they cost as much as the rest. */
  private submittable({ text, values, query_timeout }: Statement, answered: Answered): pg.Query {
    const query = this.piece
      ? new PartialQuery(this.piece, text, values, answered)
      : new Query(text, values, answered);
    const name = this.preparesStatements && values ? statementName(text) : undefined;
    // A pooler may prepare the same name anew on another session, after a migration that has changed a type.
    const rowDescriptions = hasOwnSession(this) ? this.rowDescriptions : null;
    return Object.assign(query, { name, query_timeout, rowDescriptions });
  }
}

/** What is asked for, unless it takes more than a `Statement` says. */
function asStatement(given: unknown, values: unknown): Statement | null {
  if (values !== undefined && !Array.isArray(values)) return null;
  if (typeof given === 'string') return { text: given, values };
  const config = given as (Statement & Partial<Record<string, unknown>>) | null;
  return config !== null && BEYOND.every((name) => config[name] === undefined) ? config : null;
}
