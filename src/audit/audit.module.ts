import { Module } from '@nestjs/common';
import { AuditExport } from './audit-export.js';
import { AuditLogsController } from './audit-logs.controller.js';
import { AuditLogsRepository } from './audit-logs.repository.js';
import { AuditLogsService } from './audit-logs.service.js';
import { AuditPageController } from './audit-page.controller.js';
import { AuditStatsService } from './audit-stats.service.js';
import { AuditMetrics } from './audit-metrics.js';
import { AuditWiring } from './audit-wiring.js';
import { Committer } from './committer.js';
import { Floods } from './floods.js';
import { PartitionKeeper } from './partition-keeper.js';
import { Sealer } from './seals/sealer.js';

@Module({
  controllers: [AuditLogsController, AuditPageController],
  providers: [
    AuditExport,
    AuditMetrics,
    Committer,
    Floods,
    AuditWiring,
    AuditLogsRepository,
    AuditLogsService,
    AuditStatsService,
    PartitionKeeper,
    Sealer,
  ],
})
export class AuditModule {}
