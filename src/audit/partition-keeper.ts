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
    const connection = { name: 'mindflow-partitions', answerWithinMs: ANSWER_TIMEOUT_MS };
    try {
      const changes = await asOwner(this.settings, connection, (client) =>
        maintainPartitions(client, now, this.settings.AUDIT_RETENTION_DAYS),
      );
      if (changes.created.length + changes.dropped.length > 0) {
        this.logger.log({ msg: 'audit partitions changed', ...changes });
      }
    } catch (error) {
      this.logger.warn({ msg: 'audit partitions could not be kept', err: error });
    }
  }
}
