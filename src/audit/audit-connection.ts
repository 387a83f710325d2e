import { setTimeout as delay } from 'node:timers/promises';
import { type Client } from 'pg';
import { databaseConnection } from '../config/database-connection.js';
import { type Settings } from '../config/settings.js';
import {
  CROWDED_PAUSE_MS,
  DatabaseUnavailableError,
  isCrowded,
  spoilsConnection,
  translate,
} from '../database/database-errors.js';
import { PipeliningClient } from '../database/pipelining-client.js';
import { limitSession, runLimited } from '../database/statement-limit.js';

const ANSWER_TIMEOUT_MS = 2000;
/** How long, and how often, to try again once the connection turns out to be broken. */
const PERSIST_MS = 500;
const RECONNECT_PAUSE_MS = 50;

/** One connection beside the pool, so that the record never waits for a connection that its own request holds. */
export class AuditConnection {
  private client: Client | null = null;
  private failure: { error: Error; untilMs: number } | null = null;

  constructor(private readonly settings: Settings) {}

  /**
   * Runs a statement that may safely run twice: it does when the connection turns out to be broken, for half a second.
   *
   * @throws DatabaseUnavailableError, StatementTimeoutError, or PostgreSQL's own error
   */
  async run(text: string, values: unknown[]): Promise<void> {
    const startedMs = performance.now();
    for (;;) {
      try {
        await this.attempt(text, values);
        return;
      } catch (error) {
        const isLate = performance.now() - startedMs > PERSIST_MS;
        if (isLate || !(error instanceof DatabaseUnavailableError)) throw error;
        await delay(RECONNECT_PAUSE_MS);
      }
    }
  }

  async close(): Promise<void> {
    await this.client?.end();
    this.client = null;
  }

  private async attempt(text: string, values: unknown[]): Promise<void> {
    try {
      const client = this.client ?? (await this.connect());
      await runLimited(client, text, values);
    } catch (cause) {
      const error = translate(cause);
      if (spoilsConnection(error)) {
        this.client?.end().catch(() => undefined);
        this.client = null;
      }
      throw error;
    }
  }

  private async connect(): Promise<Client> {
    if (this.failure && performance.now() < this.failure.untilMs) throw this.failure.error;
    const client = this.newClient();
    client.on('error', () => {
      if (this.client === client) this.client = null;
    });
    try {
      await client.connect();
      await limitSession(client);
    } catch (cause) {
      const pauseMs = isCrowded(cause) ? CROWDED_PAUSE_MS : RECONNECT_PAUSE_MS;
      this.failure = { error: translate(cause), untilMs: performance.now() + pauseMs };
      client.end().catch(() => undefined);
      throw cause;
    }
    this.failure = null;
    this.client = client;
    return client;
  }

  private newClient(): Client {
    const { DATABASE_URL, DATABASE_PREPARED_STATEMENTS } = this.settings;
    return new PipeliningClient({
      ...databaseConnection(DATABASE_URL, this.settings),
      application_name: 'mindflow-audit',
      connectionTimeoutMillis: ANSWER_TIMEOUT_MS,
      query_timeout: ANSWER_TIMEOUT_MS,
      keepAlive: true,
      preparesStatements: DATABASE_PREPARED_STATEMENTS,
    });
  }
}
