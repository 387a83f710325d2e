import { Injectable, type OnModuleInit } from '@nestjs/common';
import { exportedList, ExportParts } from '../http/export-parts.js';
import { type AuditLogEntry, AuditLogsRepository } from './audit-logs.repository.js';

/** A user's entries of the record, newest first: the export's own is the first. */
@Injectable()
export class AuditExport implements OnModuleInit {
  constructor(
    private readonly parts: ExportParts,
    private readonly entries: AuditLogsRepository,
  ) {}

  onModuleInit(): void {
    this.parts.add(
      'auditLogs',
      exportedList<AuditLogEntry>(({ userId, arrivedAt }, after, limit) => {
        const to = new Date(arrivedAt.getTime() + 1);
        return this.entries.find(userId, { to }, { limit, after });
      }),
    );
  }
}
