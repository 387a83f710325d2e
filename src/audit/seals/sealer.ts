import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { Connector } from '../../database/connector.js';
import { asOwner } from '../owner-connection.js';
import { type Seal, sealKey } from './seal.js';
import { sealClosedRows } from './seal-closed-rows.js';

const INTERVAL_MS = 60_000;
const ANSWER_TIMEOUT_MS = 60_000;

/** Seals the record every minute and when the process stops. Its failures are logged and stop nobody. */
@Injectable()
export class Sealer implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(Sealer.name);
  private isConnected = false;
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | null = null;

  constructor(
    private readonly connector: Connector,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  onApplicationBootstrap(): void {
    this.connector.connected.then(
      () => {
        this.isConnected = true;
      },
      () => undefined,
    );
    this.timer = setInterval(() => void this.seal(), INTERVAL_MS).unref();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
    if (this.isConnected) await this.seal();
  }

  /** Seals what is closed by now and prints each seal, so that another system can hold it. Never fails. */
  seal(): Promise<void> {
    this.running ??= this.sealOnce().finally(() => {
      this.running = null;
    });
    return this.running;
  }

  private async sealOnce(): Promise<void> {
    const key = sealKey(this.settings);
    try {
      const connection = { name: 'mindflow-seals', answerWithinMs: ANSWER_TIMEOUT_MS };
      const seals = await asOwner(this.settings, connection, (client) =>
        sealClosedRows(client, key),
      );
      for (const seal of seals) this.logger.log({ msg: 'audit sealed', ...printed(seal) });
    } catch (error) {
      this.logger.warn({ msg: 'audit rows could not be sealed', err: error });
    }
  }
}

function printed({ sequence, month, rowCount, digest }: Seal): object {
  return { sequence, month, rows: rowCount, digest: digest.toString('hex') };
}
