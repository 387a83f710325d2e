import 'reflect-metadata';
import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { type Logger } from 'pino';
import supertest from 'supertest';
import { createApp } from '../../src/app.js';
import { parseEnvironment } from '../../src/config/environment.js';
import { type Settings } from '../../src/config/settings.js';
import { Connector } from '../../src/database/connector.js';
import { RejectedStatements } from '../../src/database/rejected-statements.js';
import { IS_POOLED, TestDatabase } from './test-database.js';

/** The real application on a real socket, over a database of its own. */
export class TestApp {
  private constructor(
    readonly nest: NestFastifyApplication,
    readonly database: TestDatabase,
    readonly settings: Settings,
    private readonly options: StartOptions,
  ) {}

  static async start(options: StartOptions = {}): Promise<TestApp> {
    const database = options.database ?? (await TestDatabase.create());
    const settings = testSettings(database, options.settings);
    const nest = await createApp(settings, options.log);
    await nest.listen(0, '127.0.0.1');
    if (options.awaitDatabase ?? true) await nest.get(Connector).connected;
    return new TestApp(nest, database, settings, options);
  }

  /** Starts a request, as `app.http.get('/health')`. */
  get http(): ReturnType<typeof supertest> {
    return supertest(this.nest.getHttpServer());
  }

  /** Nothing that validation lets through may fail in PostgreSQL, whatever a test does. */
  async stop(): Promise<void> {
    await this.nest.close();
    if (!this.options.database) await this.database.drop();
    const { counts } = this.nest.get(RejectedStatements);
    const { provoked = [] } = this.options;
    const leaks = [...counts.keys()].filter((sqlstate) => !provoked.includes(sqlstate));
    if (leaks.length > 0) throw new Error(`PostgreSQL refused statements: ${leaks.join()}`);
  }
}

interface StartOptions {
  /** Shared with another instance; otherwise the app gets and drops its own. */
  database?: TestDatabase;
  settings?: Partial<Settings>;
  /** In place of standard output. */
  log?: Logger;
  /** False when the database is away. */
  awaitDatabase?: boolean;
  /** SQLSTATEs of the statements that PostgreSQL is made to refuse on purpose. */
  provoked?: string[];
}

export function testSettings(database: TestDatabase, overrides: Partial<Settings> = {}): Settings {
  return {
    ...parseEnvironment({ NODE_ENV: 'test', LOG_LEVEL: 'silent' }),
    DATABASE_URL: database.url,
    DATABASE_DIRECT_URL: database.directUrl,
    DATABASE_PREPARED_STATEMENTS: !IS_POOLED,
    SECRET_KEY: 'a secret that only the tests know, long enough',
    MIGRATE_ON_START: false,
    RATE_LIMIT_PER_MINUTE: 0,
    AUTH_RATE_LIMIT_PER_MINUTE: 0,
    EVENT_LOOP_LIMIT_MS: 0,
    ...overrides,
  };
}
