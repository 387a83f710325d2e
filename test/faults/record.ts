import pg from 'pg';

/** A row of `audit_logs`, as far as the verdict needs it. */
export interface RecordedRow {
  id: string;
  traceId: string | null;
  action: string;
  resourceId: string | null;
  result: 'success' | 'error';
  status: number;
  message: string | null;
}

/** What the database says after the fault: the tables that the ledger is compared with. */
export interface Tables {
  rows: RecordedRow[];
  /** The version of every task there is, by its id. */
  versions: Map<string, number>;
  /** How many numbers were ever given to tasks. */
  numbersGiven: number;
}

/** Reads the tables as the owner of the schema. */
export function readTables(directUrl: string): Promise<Tables> {
  return asOwner(directUrl, async (client) => {
    const rows = await client.query<RecordedRow>(
      `SELECT id, trace_id AS "traceId", action, resource_id AS "resourceId", result,
              status_code AS status, error_message AS message FROM audit_logs`,
    );
    const tasks = await client.query<{ id: string; version: number }>(
      'SELECT id, version FROM tasks',
    );
    const [counters] = (
      await client.query<{ given: number }>(
        'SELECT coalesce(sum(last_number), 0)::int AS given FROM task_counters',
      )
    ).rows;
    return {
      rows: rows.rows,
      versions: new Map(tasks.rows.map(({ id, version }) => [id, version])),
      numbersGiven: counters?.given ?? 0,
    };
  });
}

/** What a wrong clock has left in the record. */
export interface ClockTraces {
  /** Rows from more than an hour after the server's time, and from more than 20 hours before it. */
  ahead: number;
  behind: number;
  shortestMs: number;
  longestMs: number;
}

export function readClockTraces(directUrl: string): Promise<ClockTraces> {
  return asOwner(directUrl, async (client) => {
    const { rows } = await client.query<ClockTraces>(
      `SELECT count(*) FILTER (WHERE timestamp > now() + interval '1 hour')::int AS ahead,
              count(*) FILTER (WHERE timestamp < now() - interval '20 hours')::int AS behind,
              min(request_duration_ms) AS "shortestMs", max(request_duration_ms) AS "longestMs"
       FROM audit_logs`,
    );
    const [traces] = rows;
    if (!traces) throw new Error('an aggregate has one row');
    return traces;
  });
}

/** Terminates every connection of the application, its audit connection included. */
export async function terminateClients(directUrl: string): Promise<void> {
  await asOwner(directUrl, (client) =>
    client.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND application_name LIKE 'mindflow%'`,
    ),
  );
}

/** Does `work` on a connection of the owner of the schema, and closes it. */
export async function asOwner<T>(
  directUrl: string,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({ connectionString: directUrl });
  await client.connect();
  return work(client).finally(() => client.end());
}
