import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database } from '../database/database.js';
import { exportedList, ExportParts } from '../http/export-parts.js';

interface ExportedRow {
  json: string;
  id: string;
}

/** Before every id there is. */
const FIRST = '00000000-0000-0000-0000-000000000000';

const SESSIONS = exportOf('sessions', {
  id: 'id',
  createdAt: moment('created_at'),
  lastUsedAt: moment('last_used_at'),
  expiresAt: moment('expires_at'),
  revokedAt: moment('revoked_at'),
  client: 'client',
});

const API_KEYS = exportOf('api_keys', {
  id: 'id',
  name: 'name',
  scopes: 'scopes',
  createdAt: moment('created_at'),
  expiresAt: moment('expires_at'),
  lastUsedAt: moment('last_used_at'),
});

/** What a user signs in with: sessions and API keys, those that have ended and are still stored included. */
@Injectable()
export class AuthExport implements OnModuleInit {
  constructor(
    private readonly parts: ExportParts,
    private readonly database: Database,
  ) {}

  onModuleInit(): void {
    this.parts.add('sessions', this.listOf(SESSIONS));
    this.parts.add('apiKeys', this.listOf(API_KEYS));
  }

  private listOf(statement: string) {
    return exportedList<ExportedRow>(({ userId }, after, limit) =>
      this.database.query(statement, [userId, after?.id ?? FIRST, limit]),
    );
  }
}

function exportOf(table: string, members: Record<string, string>): string {
  const list = Object.entries(members).map(([name, value]) => `'${name}', ${value}`);
  return `
    SELECT id, json_build_object(${list.join(', ')})::text AS json FROM ${table}
    WHERE user_id = $1 AND id > $2 ORDER BY id LIMIT $3`;
}

function moment(column: string): string {
  return `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}
