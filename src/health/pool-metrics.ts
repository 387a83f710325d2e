import { Injectable } from '@nestjs/common';
import { type Pool } from 'pg';
import { Gauge } from 'prom-client';
import { DataSource } from 'typeorm';
import { type PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { Metrics } from '../http/metrics.js';

const GAUGES = [
  {
    name: 'mindflow_pool_connections',
    help: 'Database connections, busy and idle',
    count: 'totalCount',
  },
  {
    name: 'mindflow_pool_idle_connections',
    help: 'Database connections with nothing to do',
    count: 'idleCount',
  },
  {
    name: 'mindflow_pool_waiting_requests',
    help: 'Requests that wait for a database connection',
    count: 'waitingCount',
  },
] as const;

/** Shows how busy the pool of database connections is, at the moment of the question. */
@Injectable()
export class PoolMetrics {
  constructor(
    private readonly dataSource: DataSource,
    { registry }: Metrics,
  ) {
    for (const { name, help, count } of GAUGES) {
      const gauge: Gauge = new Gauge({
        name,
        help,
        registers: [registry],
        collect: () => {
          gauge.set(this.pool()?.[count] ?? 0);
        },
      });
    }
  }

  /** Null until the database has been reached. */
  private pool(): Pool | null {
    const driver = this.dataSource.driver as PostgresDriver;
    return this.dataSource.isInitialized ? (driver.master as Pool) : null;
  }
}
