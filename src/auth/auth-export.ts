import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database } from '../database/database.js';
import { exportedList, ExportParts } from '../http/export-parts.js';

/** A part of the document, the table it comes from, and the key by which that is read page by page. */
interface ExportedTable {
  name: string;
  table: string;
  key: 'id' | 'source' | 'issuer, subject';
  members: Record<string, string>;
}

interface ExportedRow {
  json: string;
  position: string[];
}

/** Before every key there is. */
const FIRST = {
  id: ['00000000-0000-0000-0000-000000000000'],
  source: [''],
  'issuer, subject': ['', ''],
};

/** What a user signs in with, what has ended and is still stored included. Secrets are stored as hashes, and stay. */
const TABLES: ExportedTable[] = [
  {
    name: 'sessions',
    table: 'sessions',
    key: 'id',
    members: {
      id: 'id',
      createdAt: moment('created_at'),
      lastUsedAt: moment('last_used_at'),
      expiresAt: moment('expires_at'),
      revokedAt: moment('revoked_at'),
      client: 'client',
    },
  },
  {
    name: 'apiKeys',
    table: 'api_keys',
    key: 'id',
    members: {
      id: 'id',
      name: 'name',
      scopes: 'scopes',
      createdAt: moment('created_at'),
      expiresAt: moment('expires_at'),
      lastUsedAt: moment('last_used_at'),
    },
  },
  {
    name: 'externalIdentities',
    table: 'external_identities',
    key: 'issuer, subject',
    members: { issuer: 'issuer', subject: 'subject', createdAt: moment('created_at') },
  },
  {
    name: 'passwordAttempts',
    table: 'password_attempts',
    key: 'source',
    members: {
      source: 'source',
      failures: 'failures',
      failedAt: moment('failed_at'),
      succeededAt: moment('succeeded_at'),
    },
  },
];

/** Everything stored about how a user signs in. */
@Injectable()
export class AuthExport implements OnModuleInit {
  constructor(
    private readonly parts: ExportParts,
    private readonly database: Database,
  ) {}

  onModuleInit(): void {
    for (const exported of TABLES) {
      const statement = pageOf(exported);
      const first = FIRST[exported.key];
      const part = exportedList<ExportedRow>(({ userId }, after, limit) =>
        this.database.query(statement, [userId, limit, ...(after?.position ?? first)]),
      );
      this.parts.add(exported.name, part);
    }
  }
}

function pageOf({ table, key, members }: ExportedTable): string {
  const json = Object.entries(members).map(([name, value]) => `'${name}', ${value}`);
  const columns = key.split(', ');
  const places = columns.map((_, index) => `$${String(index + 3)}`);
  return `
    SELECT json_build_object(${json.join(', ')})::text AS json,
           ARRAY[${columns.map((column) => `${column}::text`).join(', ')}] AS position
    FROM ${table}
    WHERE user_id = $1 AND (${key}) > (${places.join(', ')})
    ORDER BY ${key} LIMIT $2`;
}

function moment(column: string): string {
  return `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}
