import { Injectable } from '@nestjs/common';
import { Cursors } from '../http/cursors.js';
import {
  type AuditLogFilters,
  type AuditLogPosition,
  AuditLogsRepository,
} from './audit-logs.repository.js';

/** Pages of the record, handed on as the JSON text that PostgreSQL builds. */
@Injectable()
export class AuditLogsService {
  constructor(
    private readonly entries: AuditLogsRepository,
    private readonly cursors: Cursors,
  ) {}

  /**
   * The page of a user's entries after the cursor, newest first, as `{"items":[…],"nextCursor":…}`.
   *
   * @throws ProblemError `invalid_cursor` when the cursor is that of another list
   */
  async page(
    userId: string,
    filters: AuditLogFilters,
    { limit, cursor }: { limit: number; cursor: string | undefined },
  ): Promise<string> {
    const scope = JSON.stringify(['listAuditLogs', userId, filters]);
    const after = cursor === undefined ? null : this.open(scope, cursor);
    const found = await this.entries.find(userId, filters, { limit: limit + 1, after });
    const items = found.slice(0, limit);
    const last = found.length > limit ? items.at(-1) : undefined;
    const nextCursor = last ? this.cursors.seal(scope, [last.timestamp, last.id]) : null;
    return `{"items":[${items.map(({ json }) => json).join(',')}],"nextCursor":${JSON.stringify(nextCursor)}}`;
  }

  private open(scope: string, cursor: string): AuditLogPosition {
    const [timestamp, id] = this.cursors.open(scope, cursor) as [string, string];
    return { timestamp, id };
  }
}
