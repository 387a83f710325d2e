import { randomUUID } from 'node:crypto';
import pg from 'pg';

interface TestServer {
  url: string;
  applicationUrl: string;
  directUrl: string;
  template: string;
}

/** Whether the application reaches its databases through a pooler. */
export const IS_POOLED = process.env['TEST_POOLER'] !== undefined;

/** A database of its own, copied from the migrated template; `query` is the owner's view of it. */
export class TestDatabase {
  private constructor(
    private readonly server: TestServer,
    private readonly name: string,
    private readonly owner: pg.Pool,
  ) {}

  /** @param template false for an empty database without the schema */
  static async create({ migrated = true } = {}): Promise<TestDatabase> {
    const server = JSON.parse(process.env['TEST_SERVER'] ?? '') as TestServer;
    const name = `test_${randomUUID().replaceAll('-', '')}`;
    await administer(
      server,
      `CREATE DATABASE ${name} ${migrated ? `TEMPLATE ${server.template}` : ''}`,
    );
    const owner = new pg.Pool({ connectionString: onDatabase(server.directUrl, name), max: 2 });
    owner.on('error', () => undefined);
    return new TestDatabase(server, name, owner);
  }

  /** As the application connects. */
  get url(): string {
    return onDatabase(this.server.url, this.name);
  }

  /** The application's role, past any pooler. */
  get applicationUrl(): string {
    return onDatabase(this.server.applicationUrl, this.name);
  }

  /** As the owner of the schema connects. */
  get directUrl(): string {
    return onDatabase(this.server.directUrl, this.name);
  }

  async query<Row extends object = Record<string, unknown>>(
    text: string,
    values: unknown[] = [],
  ): Promise<Row[]> {
    const { rows } = await this.owner.query<Row>(text, values);
    return rows;
  }

  async drop(): Promise<void> {
    await this.owner.end();
    await administer(this.server, `DROP DATABASE IF EXISTS ${this.name} WITH (FORCE)`);
  }
}

async function administer(server: TestServer, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: server.directUrl });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

function onDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}
