import { type ClientBase, type QueryConfig, type QueryResult } from 'pg';
import { inOrder } from './in-order.js';

/** How long a statement may take at the server. */
const STATEMENT_TIMEOUT_MS = 1900;
const LIMIT_SESSION = limitOf('session');
const LIMIT_TRANSACTION = limitOf('transaction');
/** Another word for COMMIT, which is kept for what a request changes. */
const LIMITED_END = 'END';

/** The clients whose session at the server is their own, and has the limit. */
const limited = new WeakSet<ClientBase>();

/** Whether what this client leaves behind in its session is there for its next statement, and stays as it is. */
export function hasOwnSession(client: ClientBase): boolean {
  return limited.has(client);
}

/**
 * Limits the statements of a new client, unless it speaks to a pooler: that tells its clients of other processes than
 * those that do their work, and what a session sets there would meet whoever comes next. No startup parameter either:
 * PgBouncer refuses those.
 */
export async function limitSession(client: ClientBase): Promise<void> {
  const { processID } = client as ClientBase & { processID: number };
  const { rowCount } = await client.query(
    `${LIMIT_SESSION} WHERE pg_backend_pid() = ${String(processID)}`,
  );
  if (rowCount === 1) limited.add(client);
}

/** The statements that open a transaction whose statements have the limit. */
export function limitedBegin(client: ClientBase): string[] {
  return ['BEGIN', ...limitedPiece(client)];
}

/** The statements in front of a piece that is a transaction by itself, whose statements have the limit. */
export function limitedPiece(client: ClientBase): string[] {
  return hasOwnSession(client) ? [] : [LIMIT_TRANSACTION];
}

/**
 * Runs a statement outside a transaction; through a pooler in one of its own, in the same round trip. The client must
 * pipeline. Fails as `pg` fails.
 *
 * @param answerWithinMs how long to wait for answers, when it differs from the client's own
 */
export function runLimited<Row extends object>(
  client: ClientBase,
  text: string,
  values: unknown[],
  answerWithinMs?: number,
): Promise<QueryResult<Row>> {
  const statement = { text, values, query_timeout: answerWithinMs };
  return hasOwnSession(client)
    ? client.query<Row>(statement)
    : runInTransaction<Row>(client, statement);
}

async function runInTransaction<Row extends object>(
  client: ClientBase,
  statement: { text: string; values: unknown[]; query_timeout: number | undefined },
): Promise<QueryResult<Row>> {
  const { query_timeout } = statement;
  const [, result] = await inOrder([
    client.query({ text: limitedBegin(client).join('; '), query_timeout } as QueryConfig),
    client.query<Row>(statement),
    client.query({ text: LIMITED_END, query_timeout } as QueryConfig),
  ]);
  return result;
}

function limitOf(what: 'session' | 'transaction'): string {
  const isLocal = String(what === 'transaction');
  return `SELECT set_config('statement_timeout', '${String(STATEMENT_TIMEOUT_MS)}', ${isLocal})`;
}
