import { type Client } from 'pg';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { type DatabaseConnection } from '../config/database-connection.js';
import { PipeliningClient } from './pipelining-client.js';
import { limitSession } from './statement-limit.js';

/** For a server that no longer answers: a little longer than it lets a statement run. */
export const ANSWER_TIMEOUT_MS = 2000;
const CONNECTION_LIFETIME_SECONDS = 30 * 60;
const IDLE_CONNECTION_MS = 5 * 60_000;

export interface PoolSettings {
  connection: DatabaseConnection;
  size: number;
  waitMs: number;
  preparedStatements: boolean;
  entities: NonNullable<DataSourceOptions['entities']>;
  onPoolError: (error: Error) => void;
}

/** The application's one TypeORM connection: a pool of clients that pipeline and prepare what they send. */
export function pooledDataSource(settings: PoolSettings): DataSource {
  return new DataSource({
    type: 'postgres',
    url: settings.connection.connectionString,
    ssl: settings.connection.ssl,
    applicationName: 'mindflow',
    poolSize: settings.size,
    connectTimeoutMS: settings.waitMs,
    poolErrorHandler: settings.onPoolError,
    installExtensions: false,
    logger: 'debug',
    entities: settings.entities,
    extra: {
      Client: PipeliningClient,
      preparesStatements: settings.preparedStatements,
      keepAlive: true,
      query_timeout: ANSWER_TIMEOUT_MS,
      idleTimeoutMillis: IDLE_CONNECTION_MS,
      maxLifetimeSeconds: CONNECTION_LIFETIME_SECONDS,
      onConnect: prepareSession,
    },
  });
}

async function prepareSession(client: Client): Promise<void> {
  // Its queries fail when a connection dies; an event that nobody listens to would end the process as well.
  client.on('error', () => undefined);
  await limitSession(client);
}

/** A connection for work on the schema: unhurried, and one session at a time. */
export function schemaDataSource(
  connection: DatabaseConnection,
  options: Pick<DataSourceOptions, 'entities' | 'migrations'>,
): DataSource {
  return new DataSource({
    type: 'postgres',
    url: connection.connectionString,
    ssl: connection.ssl,
    applicationName: 'mindflow-migrations',
    poolSize: 2,
    connectTimeoutMS: 5000,
    installExtensions: false,
    logger: 'debug',
    migrationsTableName: 'migrations',
    migrationsTransactionMode: 'each',
    ...options,
  });
}
