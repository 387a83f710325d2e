import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { SETTINGS, type Settings } from '../config/settings.js';
import { Connector } from '../database/connector.js';
import { asOwner } from './owner-connection.js';
import { maintainPartitions } from './partitions.js';

const INTERVAL_MS = 6 * 3_600_000;
const RETRY_MS = 60_000;
const ANSWER_TIMEOUT_MS = 60_000;

/**
 * Keeps the partitions of the record in step with the calendar. Its failures are logged, stop nobody, and are made good a
 * minute later.
 */
@Injectable()
export class PartitionKeeper implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(PartitionKeeper.name);
  private timer: NodeJS.Timeout | undefined;
  private isStopping = false;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly connector: Connector,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  onApplicationBootstrap(): void {
    this.connector.connected.then(
      () => {
        this.keepOn();
      },
      () => undefined,
    );
  }

  async onApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    clearTimeout(this.timer);
    await this.running;
  }

  private keepOn(): void {
    this.running = this.keep(new Date()).then((isDone) => {
      if (this.isStopping) return;
      const again = () => {
        this.keepOn();
      };
      this.timer = setTimeout(again, isDone ? INTERVAL_MS : RETRY_MS).unref();
    });
  }

  /** Makes and drops what is due at `now`, as the owner of the schema. Never fails, but returns whether it is done. */
  async keep(now: Date): Promise<boolean> {
    const connection = { name: 'mindflow-partitions', answerWithinMs: ANSWER_TIMEOUT_MS };
    try {
      const changes = await asOwner(this.settings, connection, (client) =>
        maintainPartitions(client, now, this.settings.AUDIT_RETENTION_DAYS),
      );
      if (changes.created.length + changes.dropped.length > 0) {
        this.logger.log({ msg: 'audit partitions changed', ...changes });
      }
      return true;
    } catch (error) {
      this.logger.warn({ msg: 'audit partitions could not be kept', err: error });
      return false;
    }
  }
}
