/** No connection could be had, or it broke: the statement may be tried again later. */
export class DatabaseUnavailableError extends Error {
  readonly code = 'database_unavailable';
}

/** Every connection of this process stayed busy for `DATABASE_POOL_WAIT_MS`. */
export class PoolExhaustedError extends Error {
  readonly code = 'pool_exhausted';
}

/** A statement ran past its time limit and was given up. */
export class StatementTimeoutError extends Error {
  readonly code = 'db_timeout';
}

/** A commit was sent and its answer never came: the change may or may not be stored. */
export class OutcomeUnknownError extends Error {
  readonly code = 'outcome_unknown';
}

/**
 * Class 08 (connection), 57P0x (shutdown), 53300 (too many connections), 25006 (read only) mean: not now. So does 26000 (no
 * such prepared statement): the one in front of it, which was to prepare it, has failed.
 */
const UNAVAILABLE = /^(08...|57P0.|53300|25006|26000)$/;
const TOO_MANY_CONNECTIONS = '53300';
const QUERY_CANCELED = '57014';
const DISK_FULL = '53100';

/** The SQLSTATE that PostgreSQL answered with, if the error is its answer. */
export function sqlState(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  const severity = (error as { severity?: unknown } | null)?.severity;
  return typeof code === 'string' && typeof severity === 'string' ? code : undefined;
}

/** Whether PostgreSQL has ended the connection with its answer. */
export function isFatal(error: unknown): boolean {
  const severity = (error as { severity?: unknown } | null)?.severity;
  return severity === 'FATAL' || severity === 'PANIC';
}

/** Whether two transactions stood in each other's way, so that the loser may simply run again. */
export function isTransient(error: unknown): boolean {
  const state = sqlState(error);
  return state === '40001' || state === '40P01';
}

/** PostgreSQL has no connection left: asking more often than this would keep it that way. */
export const CROWDED_PAUSE_MS = 1000;

/** Whether PostgreSQL had no connection left. */
export function isCrowded(error: unknown): boolean {
  return sqlState(error) === TOO_MANY_CONNECTIONS;
}

/** Whether PostgreSQL found no room for what it was to store. */
export function isOutOfRoom(error: unknown): boolean {
  return sqlState(error) === DISK_FULL;
}

/** The error with its meaning for a caller: a failure of the database itself, or the statement's own. */
export function translate(error: unknown): Error {
  const state = sqlState(error);
  if (state === undefined) return translateSilence(error);
  const cause = { cause: error };
  if (state === QUERY_CANCELED) return new StatementTimeoutError('statement timeout', cause);
  if (UNAVAILABLE.test(state)) {
    return new DatabaseUnavailableError('the database refuses work for now', cause);
  }
  return error as Error;
}

/** No answer of PostgreSQL's: the connection, the pool, or a mistake in the arguments. */
function translateSilence(error: unknown): Error {
  if (error instanceof TypeError) return error;
  const cause = { cause: error };
  const message = error instanceof Error ? error.message : String(error);
  if (message === 'Query read timeout') return new StatementTimeoutError(message, cause);
  if (message === 'timeout exceeded when trying to connect') {
    return new PoolExhaustedError(message, cause);
  }
  return new DatabaseUnavailableError(message, cause);
}

/** Whether the connection that failed so is broken, or busy with what nobody waits for any more. */
export function spoilsConnection(error: unknown): boolean {
  return (
    error instanceof DatabaseUnavailableError ||
    error instanceof StatementTimeoutError ||
    error instanceof OutcomeUnknownError
  );
}
