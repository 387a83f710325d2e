import { Module } from '@nestjs/common';
import { HealthController } from './health.controller.js';
import { HealthService } from './health.service.js';
import { MetricsController } from './metrics.controller.js';
import { PoolMetrics } from './pool-metrics.js';
import { StatementMetrics } from './statement-metrics.js';

/** What an operator asks: whether the service is alive and ready, and how it fares. */
@Module({
  controllers: [HealthController, MetricsController],
  providers: [HealthService, PoolMetrics, StatementMetrics],
})
export class HealthModule {}
