import { readFileSync } from 'node:fs';
import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';

const PROBE_TIMEOUT_MS = 1000;

export interface DatabaseHealth {
  connected: boolean;
  latencyMs: number | null;
  database: string | null;
  serverVersion: string | null;
}

@Injectable()
export class HealthService {
  /** Of the package. */
  readonly version = packageVersion();

  constructor(private readonly db: Database) {}

  /** Asks PostgreSQL now; no answer within a second is no connection. */
  async database(): Promise<DatabaseHealth> {
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

function packageVersion(): string {
  const directories = ['../../package.json', '../../../package.json'];
  for (const path of directories) {
    try {
      const file = readFileSync(new URL(path, import.meta.url), 'utf8');
      return (JSON.parse(file) as { version: string }).version;
    } catch {
      continue;
    }
  }
  return 'unknown';
}
