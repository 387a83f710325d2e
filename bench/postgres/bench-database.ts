import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { migrate } from '../../src/database/migrations.js';
import { BENCH_DATABASE_URL } from '../environment.js';
import { type Cluster, startCluster } from './cluster.js';

/** A migrated database of one's own; gone once it is dropped. */
export class BenchDatabase {
  private constructor(
    private readonly cluster: Cluster,
    private readonly name: string,
    readonly url: string,
    /** Connected as the owner of the schema. */
    readonly client: pg.Client,
  ) {}

  /** On the server of `BENCH_DATABASE_URL`, otherwise on one that is started for it. */
  static async create(): Promise<BenchDatabase> {
    const cluster = BENCH_DATABASE_URL
      ? { url: BENCH_DATABASE_URL, stop: () => Promise.resolve() }
      : await startCluster();
    const name = `bench_${randomUUID().replaceAll('-', '')}`;
    await administer(cluster, `CREATE DATABASE ${name}`);
    const url = new URL(cluster.url);
    url.pathname = `/${name}`;
    await migrate({ DATABASE_URL: url.href });
    const client = new pg.Client({ connectionString: url.href });
    client.on('error', () => undefined);
    await client.connect();
    return new BenchDatabase(cluster, name, url.href, client);
  }

  async query<Row extends object>(text: string, values: unknown[] = []): Promise<Row[]> {
    const { rows } = await this.client.query<Row>(text, values);
    return rows;
  }

  /** The process that serves this connection. */
  async backendPid(): Promise<number> {
    const [row] = await this.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    return row?.pid ?? 0;
  }

  async version(): Promise<string> {
    const [row] = await this.query<{ server_version: string }>('SHOW server_version');
    return row?.server_version ?? '';
  }

  /** Cleans up after writes, so that each measurement finds the tables alike. */
  async tidy(): Promise<void> {
    await this.query('VACUUM (ANALYZE) tasks, task_counters, audit_logs');
    await this.query('CHECKPOINT').catch(() => undefined);
  }

  async drop(): Promise<void> {
    await this.client.end();
    await administer(this.cluster, `DROP DATABASE ${this.name} WITH (FORCE)`);
    await this.cluster.stop();
  }
}

async function administer({ url }: Cluster, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(statement).finally(() => client.end());
}
