import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { DatabaseHealthDto } from './dto/health.dto.js';

const PROBE_TIMEOUT_MS = 1000;

@Injectable()
export class HealthService {
  constructor(private readonly db: Database) {}

  /** Asks PostgreSQL now; no answer within a second is no connection. */
  async database(): Promise<DatabaseHealthDto> {
    const startedMs = performance.now();
    try {
      const [row] = await withinMs(
        PROBE_TIMEOUT_MS,
        this.db.query<{ database: string; version: string }>(
          `SELECT current_database() AS database, current_setting('server_version') AS version`,
        ),
      );
      return {
        connected: true,
        latencyMs: Math.round((performance.now() - startedMs) * 100) / 100,
        database: row?.database ?? null,
        serverVersion: row?.version ?? null,
      };
    } catch {
      return { connected: false, latencyMs: null, database: null, serverVersion: null };
    }
  }
}

async function withinMs<T>(timeoutMs: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error('timed out'));
    }, timeoutMs);
  });
  try {
    return await Promise.race([promise, expired]);
  } finally {
    clearTimeout(timer);
  }
}
