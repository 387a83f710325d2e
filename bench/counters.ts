import { type BenchDatabase } from './postgres/bench-database.js';

/** What PostgreSQL has done since some moment. */
export interface Counts {
  /** NaN where they cannot be counted. */
  statements: number;
  /** Of transactions that wrote something. */
  commits: number;
  walBytes: number;
}

interface Counters {
  statements: string | null;
  transactions: string;
  wal: string;
}

/**
 * Counts statements, commits and bytes of WAL. Statements only while counting is switched on, because it costs them time;
 * meanwhile no page is written to the WAL as a whole, which depends on when the last checkpoint was.
 */
export class PostgresCounters {
  private constructor(
    private readonly database: BenchDatabase,
    private readonly countsStatements: boolean,
  ) {}

  static async prepare(database: BenchDatabase): Promise<PostgresCounters> {
    const countsStatements = await database
      .query('CREATE EXTENSION IF NOT EXISTS pg_stat_statements')
      .then(() => database.query(`SET pg_stat_statements.track = 'none'`))
      .then(
        () => true,
        () => false,
      );
    return new PostgresCounters(database, countsStatements);
  }

  async switchOn(): Promise<void> {
    if (!this.countsStatements) return;
    await this.database.query(`ALTER SYSTEM SET pg_stat_statements.track = 'top'`);
    await this.database.query('ALTER SYSTEM SET full_page_writes = off');
    await this.database.query('SELECT pg_reload_conf()');
  }

  async switchOff(): Promise<void> {
    if (!this.countsStatements) return;
    await this.database.query('ALTER SYSTEM RESET pg_stat_statements.track');
    await this.database.query('ALTER SYSTEM RESET full_page_writes');
    await this.database.query('SELECT pg_reload_conf()');
  }

  /** What has been done while `work` went on. */
  async during(work: () => Promise<void>): Promise<Counts> {
    const before = await this.read();
    await work();
    const after = await this.read();
    const grown = (name: keyof Counters) =>
      Number(after[name] ?? NaN) - Number(before[name] ?? NaN);
    return {
      statements: grown('statements'),
      commits: grown('transactions'),
      walBytes: grown('wal'),
    };
  }

  private async read(): Promise<Counters> {
    const statements = this.countsStatements
      ? `(SELECT sum(calls) FROM pg_stat_statements WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database()))`
      : 'NULL';
    const [counters] = await this.database.query<Counters>(
      `SELECT ${statements} AS statements, pg_snapshot_xmax(pg_current_snapshot())::text AS transactions,
         pg_current_wal_insert_lsn() - '0/0'::pg_lsn AS wal`,
    );
    if (!counters) throw new Error('PostgreSQL has no counters');
    return counters;
  }
}
