import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';

export interface AuditLogFilters {
  action?: string | undefined;
  result?: string | undefined;
  resourceId?: string | undefined;
  /** First moment of arrival. */
  from?: Date | undefined;
  /** First moment after those of arrival. */
  to?: Date | undefined;
}

export interface AuditLogEntry {
  /** The entry as clients read it. */
  json: string;
  timestamp: string;
  id: string;
}

/** The place of an entry in the list: entries after it are older. */
export type AuditLogPosition = Pick<AuditLogEntry, 'timestamp' | 'id'>;

const TIMESTAMP = `to_char(timestamp AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** An entry as JSON, without the spaces of `json_build_object`; durations to the microsecond. */
const JSON_TEXT = `row_to_json((SELECT entry FROM (SELECT
  id, ${TIMESTAMP} AS timestamp, user_id AS "userId", action, resource_id AS "resourceId",
  result, error_message AS "errorMessage", trim_scale(round(request_duration_ms::numeric, 3)) AS "requestDurationMs",
  trace_id AS "traceId", method, route, status_code AS "statusCode",
  client, details, count) AS entry))::text`;

const CONDITIONS: Record<keyof AuditLogFilters, (place: string) => string> = {
  action: (place) => `action = ${place}`,
  result: (place) => `result = ${place}`,
  resourceId: (place) => `resource_id = ${place}`,
  from: (place) => `timestamp >= ${place}`,
  to: (place) => `timestamp < ${place}`,
};

@Injectable()
export class AuditLogsRepository {
  constructor(private readonly database: Database) {}

  /** Up to `limit` entries of one user, newest first, beginning after a position. */
  find(
    userId: string,
    filters: AuditLogFilters,
    page: { limit: number; after: AuditLogPosition | null },
  ): Promise<AuditLogEntry[]> {
    const { text, values } = auditLogStatement(userId, filters, page);
    return this.database.query<AuditLogEntry>(text, values);
  }
}

/** The text depends on which filters are given, never on what they are. */
export function auditLogStatement(
  userId: string,
  filters: AuditLogFilters,
  { limit, after }: { limit: number; after: AuditLogPosition | null },
): { text: string; values: unknown[] } {
  const values: unknown[] = [userId, limit];
  const place = (value: unknown) => `$${String(values.push(value))}`;
  const conditions = ['user_id = $1'];
  for (const name of Object.keys(CONDITIONS) as (keyof AuditLogFilters)[]) {
    if (filters[name] !== undefined) conditions.push(CONDITIONS[name](place(filters[name])));
  }
  if (after) conditions.push(...olderThan(place(after.timestamp), place(after.id)));
  return {
    text: `
      SELECT ${JSON_TEXT} AS json, ${TIMESTAMP} AS timestamp, id FROM audit_logs
      WHERE ${conditions.join(' AND ')}
      ORDER BY audit_logs.timestamp DESC, audit_logs.id DESC LIMIT $2`,
    values,
  };
}

/** The first condition is in the second, but only it keeps PostgreSQL away from the partitions of newer months. */
function olderThan(timestamp: string, id: string): string[] {
  return [`timestamp <= ${timestamp}`, `(timestamp, id) < (${timestamp}, ${id})`];
}
