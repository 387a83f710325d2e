import { Controller, Get, Header, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '#openapi';
import { Metrics } from '../http/metrics.js';
import { Problems } from '../http/problems.decorator.js';
import { Public } from '../http/public.decorator.js';
import { UndeclaredInputGuard } from '../http/undeclared-input.guard.js';
import { MetricsAccess } from './metrics-access.js';

const PROMETHEUS_TEXT = 'text/plain; version=0.0.4; charset=utf-8';

const EXAMPLE = `# HELP mindflow_pool_waiting_requests Requests that wait for a database connection
# TYPE mindflow_pool_waiting_requests gauge
mindflow_pool_waiting_requests 0
`;

@Controller('metrics')
@Public()
@UseGuards(MetricsAccess, UndeclaredInputGuard)
@ApiTags('health')
export class MetricsController {
  constructor(private readonly metrics: Metrics) {}

  @Get()
  @Header('Content-Type', PROMETHEUS_TEXT)
  @ApiOperation({
    summary: 'Metrics of all workers for Prometheus, to the same host or with METRICS_TOKEN',
  })
  @ApiProduces('text/plain')
  @ApiOkResponse({
    description: 'Prometheus text format',
    content: { 'text/plain': { schema: { type: 'string' }, example: EXAMPLE } },
  })
  @ApiBearerAuth('metricsToken')
  @Problems('route_not_found')
  getMetrics(): Promise<string> {
    return this.metrics.text();
  }
}
