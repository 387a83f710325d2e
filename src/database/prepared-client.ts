import { createHash } from 'node:crypto';
import pg from 'pg';

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

type Query = (text: string, values?: unknown[]) => Promise<pg.QueryResult>;

/** A client that prepares statements with parameters on their first use and reuses the plan afterwards. */
export class PreparedClient extends pg.Client {
  override query = ((text: unknown, values?: unknown, ...rest: unknown[]) => {
    const prepared = withName(text, values);
    const forwarded = prepared === null ? [text, values, ...rest] : [prepared, ...rest];
    return (super.query as (...args: unknown[]) => unknown).apply(this, forwarded);
  }) as Query & pg.Client['query'];
}

function withName(text: unknown, values: unknown): pg.QueryConfig | null {
  const statement = typeof text === 'string' ? { text, values } : (text as pg.QueryConfig | null);
  if (!Array.isArray(statement?.values)) return null;
  return {
    ...(statement as pg.QueryConfig),
    name: statementName(statement.text),
  } as pg.QueryConfig;
}
