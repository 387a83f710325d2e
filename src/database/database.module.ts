import { type DynamicModule, Global, Logger, Module } from '@nestjs/common';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { databaseConnection } from '../config/database-connection.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { Connector } from './connector.js';
import { pooledDataSource } from './data-source.js';
import { Database } from './database.js';
import { RejectedStatements } from './rejected-statements.js';

@Global()
@Module({})
export class DatabaseModule {
  /** @param entities every table's entity, so that repositories of `DataSource` know them */
  static forRoot(entities: NonNullable<DataSourceOptions['entities']>): DynamicModule {
    return {
      module: DatabaseModule,
      providers: [
        Connector,
        Database,
        RejectedStatements,
        {
          provide: DataSource,
          inject: [SETTINGS],
          useFactory: (settings: Settings) => openPool(settings, entities),
        },
      ],
      exports: [Connector, Database, DataSource, RejectedStatements],
    };
  }
}

function openPool(
  settings: Settings,
  entities: NonNullable<DataSourceOptions['entities']>,
): DataSource {
  const logger = new Logger('DatabasePool');
  return pooledDataSource({
    connection: databaseConnection(settings.DATABASE_URL, settings),
    size: settings.DATABASE_POOL_SIZE,
    waitMs: settings.DATABASE_POOL_WAIT_MS,
    preparedStatements: settings.DATABASE_PREPARED_STATEMENTS,
    entities,
    onPoolError: (error) => {
      logger.warn({ msg: 'connection lost', err: error });
    },
  });
}
