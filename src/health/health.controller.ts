import { Controller, Get, Inject, Res } from '@nestjs/common';
import { type FastifyReply } from 'fastify';
import { Public } from '../http/public.decorator.js';
import { type DatabaseHealth, HealthService } from './health.service.js';

@Controller()
@Public()
export class HealthController {
  constructor(@Inject(HealthService) private readonly health: HealthService) {}

  @Get('health')
  async getHealth(@Res({ passthrough: true }) reply: FastifyReply): Promise<object> {
    const { connected } = await this.health.database();
    reply.code(connected ? 200 : 503);
    return {
      status: connected ? 'ok' : 'error',
      database: connected ? 'up' : 'down',
      version: this.health.version,
      uptimeSeconds: Math.floor(process.uptime()),
    };
  }

  @Get('health/db')
  async getDatabaseHealth(
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<DatabaseHealth> {
    const health = await this.health.database();
    reply.code(health.connected ? 200 : 503);
    return health;
  }

  @Get('health/live')
  getLiveness(): object {
    return { status: 'ok' };
  }
}
