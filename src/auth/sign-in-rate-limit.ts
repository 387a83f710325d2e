import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { type FastifyReply } from 'fastify';
import { RateLimiterPostgres } from 'rate-limiter-flexible';
import { SETTINGS, type Settings } from '../config/settings.js';
import { Database } from '../database/database.js';
import { clientNetwork } from './client-network.js';
import { RateLimit, WINDOW_SECONDS } from './rate-limit.js';

const WINDOW_MS = WINDOW_SECONDS * 1000;

/**
 * `AUTH_RATE_LIMIT_PER_MINUTE`, counted in the database for all instances together. There is nothing to fall back on
 * while the database is away, because nobody can sign in then.
 */
@Injectable()
export class SignInRateLimit implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(SignInRateLimit.name);
  private readonly limit: RateLimit;
  private cleaning: NodeJS.Timeout | undefined;

  constructor(
    private readonly database: Database,
    @Inject(SETTINGS) settings: Settings,
  ) {
    const points = settings.AUTH_RATE_LIMIT_PER_MINUTE;
    const shared = new RateLimiterPostgres({
      storeClient: { query: (statement: Statement) => this.run(statement) },
      storeType: 'pool',
      tableName: 'rate_limits',
      tableCreated: true,
      // Its timer would outlive the application, and clocks that are set back.
      clearExpiredByTimeout: false,
      keyPrefix: 'sign-in',
      points,
      duration: WINDOW_SECONDS,
    });
    this.limit = new RateLimit(points, [shared]);
  }

  onApplicationBootstrap(): void {
    this.cleaning = setInterval(() => void this.clean(Date.now()), WINDOW_MS).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.cleaning);
  }

  /**
   * Counts one attempt of the network that the address belongs to, and tells the client what is left.
   *
   * @throws ProblemError `rate_limited`, and what `Database.transaction` throws
   */
  consume(address: string, reply: FastifyReply): Promise<boolean> {
    return this.limit.consume(clientNetwork(address), reply);
  }

  /** Removes windows that are over at `nowMs`, and those that a clock since set back has put too far away. Never fails. */
  async clean(nowMs: number): Promise<void> {
    try {
      await this.database.transaction({}, (tx) =>
        tx.query('DELETE FROM rate_limits WHERE expire < $1 OR expire > $2', [
          nowMs,
          nowMs + 2 * WINDOW_MS,
        ]),
      );
    } catch (error) {
      this.logger.warn({ msg: 'rate limits could not be cleaned', err: error });
    }
  }

  /** One statement in a transaction of its own, without the library's name for it: `database` knows how to prepare. */
  private async run({ text, values }: Statement): Promise<{ rows: object[]; rowCount: number }> {
    const rows = await this.database.transaction({}, (tx) => tx.query(text, values));
    return { rows, rowCount: rows.length };
  }
}

interface Statement {
  text: string;
  values: unknown[];
}
