import { projectFile } from '../../src/config/project-file.js';

export interface Pooler {
  /** Leads through it. */
  url: string;
  pid: number;
  stop: () => Promise<void>;
}

/** Starts PgBouncer in front of a server that trusts its clients, as the tests do: in transaction mode. */
export async function startPooler(databaseUrl: string): Promise<Pooler> {
  const target = new URL(databaseUrl);
  // The pooler lets nobody in without one; the server behind it does not ask.
  target.password = 'benchmark';
  const support = (await import(projectFile('test/support/pgbouncer.js').href)) as {
    startPgBouncer: (target: string) => Promise<Pooler>;
  };
  return support.startPgBouncer(target.href);
}
