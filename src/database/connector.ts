import { setTimeout as delay } from 'node:timers/promises';
import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { DataSource } from 'typeorm';
import { SETTINGS, type Settings } from '../config/settings.js';
import { sqlState } from './database-errors.js';
import { migrate } from './migrations.js';

const RETRY_MS = 250;

/** Wrong credentials, no such role, no such database: waiting does not help. */
const HOPELESS = /^(28P01|28000|3D000)$/;

/** Connects in the background, so that the process answers its probes while PostgreSQL is still away. */
@Injectable()
export class Connector implements OnApplicationBootstrap, OnApplicationShutdown {
  /** Settles once the schema is current and the pool is open; rejects with the reason when that is given up. */
  readonly connected: Promise<void>;

  private readonly logger = new Logger(Connector.name);
  private readonly stopping = new AbortController();
  private settleConnected!: { resolve: () => void; reject: (reason: Error) => void };

  constructor(
    private readonly dataSource: DataSource,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {
    this.connected = new Promise((resolve, reject) => {
      this.settleConnected = { resolve, reject };
    });
    this.connected.catch(() => undefined);
  }

  onApplicationBootstrap(): void {
    this.connect().then(this.settleConnected.resolve, (error: unknown) => {
      if (!this.stopping.signal.aborted) {
        this.logger.fatal({ msg: 'giving up on the database', err: error });
      }
      this.settleConnected.reject(error as Error);
    });
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    if (this.dataSource.isInitialized) await this.dataSource.destroy();
  }

  private async connect(): Promise<void> {
    const deadlineMs = performance.now() + this.settings.DATABASE_WAIT_SECONDS * 1000;
    for (let attempt = 1; ; attempt++) {
      try {
        await this.open();
        return;
      } catch (error) {
        if (HOPELESS.test(sqlState(error) ?? '') || performance.now() >= deadlineMs) throw error;
        if (attempt === 1) this.logger.warn({ msg: 'waiting for the database', err: error });
      }
      await delay(RETRY_MS, undefined, { signal: this.stopping.signal });
    }
  }

  private async open(): Promise<void> {
    const { MIGRATE_ON_START, NODE_ENV } = this.settings;
    if (MIGRATE_ON_START ?? NODE_ENV !== 'production') {
      const applied = await migrate(this.settings);
      if (applied.length > 0) this.logger.log({ msg: 'schema migrated', migrations: applied });
    }
    await this.dataSource.initialize();
    if (this.stopping.signal.aborted) await this.dataSource.destroy();
    this.stopping.signal.throwIfAborted();
    this.logger.log('database connected');
  }
}
