import pg from 'pg';

type Answered = (error: pg.DatabaseError | null, result: unknown) => void;

/** A query that was made before it is handed to a client: it has no promise, but calls back. */
export type SubmittedQuery = pg.Query & { text: string; name?: string; callback?: Answered };

/** Whether the first argument of a client's `query` is one. */
export function isSubmitted(query: unknown): query is SubmittedQuery {
  return query instanceof pg.Query;
}

/** Calls `answered` before whoever else waits for the answer. */
export function onAnswer(query: SubmittedQuery, answered: Answered): void {
  const { callback } = query;
  query.callback = (error, result) => {
    answered(error, result);
    callback?.(error, result);
  };
}
