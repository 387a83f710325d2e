import { Controller, Get, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiServiceUnavailableResponse, ApiTags } from '#openapi';
import { type FastifyReply } from 'fastify';
import { VERSION } from '../config/version.js';
import { Public } from '../http/public.decorator.js';
import { DatabaseHealthDto, HealthDto, LivenessDto } from './dto/health.dto.js';
import { HealthService } from './health.service.js';

@Controller()
@Public()
@ApiTags('health')
export class HealthController {
  constructor(private readonly health: HealthService) {}

  @Get('health')
  @ApiOperation({ summary: 'Whether the service can work: it is ready when its database answers' })
  @ApiOkResponse({ type: HealthDto, description: 'Ready' })
  @ApiServiceUnavailableResponse({
    type: HealthDto,
    description: 'The database does not answer',
    example: { status: 'error', database: 'down', version: '0.1.0', uptimeSeconds: 3600 },
  })
  async getHealth(@Res({ passthrough: true }) reply: FastifyReply): Promise<HealthDto> {
    const { connected } = await this.health.database();
    reply.code(connected ? 200 : 503);
    return {
      status: connected ? 'ok' : 'error',
      database: connected ? 'up' : 'down',
      version: VERSION,
      uptimeSeconds: Math.floor(process.uptime()),
    };
  }

  @Get('health/db')
  @ApiOperation({ summary: 'Which database server answers, and how fast' })
  @ApiOkResponse({ type: DatabaseHealthDto, description: 'It answers' })
  @ApiServiceUnavailableResponse({
    type: DatabaseHealthDto,
    description: 'It does not answer within a second',
    example: { connected: false, latencyMs: null, database: null, serverVersion: null },
  })
  async getDatabaseHealth(
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<DatabaseHealthDto> {
    const health = await this.health.database();
    reply.code(health.connected ? 200 : 503);
    return health;
  }

  @Get('health/live')
  @ApiOperation({ summary: 'The process answers, whatever the database does' })
  @ApiOkResponse({ type: LivenessDto, description: 'Alive' })
  getLiveness(): LivenessDto {
    return { status: 'ok' };
  }
}
