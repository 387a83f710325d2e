import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import pg from 'pg';
import { databaseConnection } from '../config/database-connection.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { Connector } from '../database/connector.js';
import { maintainPartitions } from './partitions.js';

const INTERVAL_MS = 6 * 3_600_000;
const CONNECT_TIMEOUT_MS = 5000;
const ANSWER_TIMEOUT_MS = 60_000;

/** Keeps the partitions of the record in step with the calendar. Its failures are logged and stop nobody. */
@Injectable()
export class PartitionKeeper implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(PartitionKeeper.name);
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly connector: Connector,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  onApplicationBootstrap(): void {
    const keep = () => {
      this.running = this.keep(new Date());
    };
    this.timer = setInterval(keep, INTERVAL_MS).unref();
    this.connector.connected.then(keep, () => undefined);
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  /** Makes and drops what is due at `now`, as the owner of the schema. Never fails. */
  async keep(now: Date): Promise<void> {
    const client = new pg.Client({
      ...databaseConnection(this.settings.DATABASE_DIRECT_URL, this.settings),
      application_name: 'mindflow-partitions',
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      query_timeout: ANSWER_TIMEOUT_MS,
    });
    client.on('error', () => undefined);
    try {
      await client.connect();
      const changes = await maintainPartitions(client, now, this.settings.AUDIT_RETENTION_DAYS);
      if (changes.created.length + changes.dropped.length > 0) {
        this.logger.log({ msg: 'audit partitions changed', ...changes });
      }
    } catch (error) {
      this.logger.warn({ msg: 'audit partitions could not be kept', err: error });
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}
