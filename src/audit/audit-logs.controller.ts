import { Controller, Get, Header, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '#openapi';
import { Context } from '../http/context.decorator.js';
import { Problems } from '../http/problems.decorator.js';
import { RequestContext } from '../http/request-context.js';
import { Scope } from '../http/scope.decorator.js';
import { AuditLogsService } from './audit-logs.service.js';
import { AuditStatsService } from './audit-stats.service.js';
import { AuditLogPageResponse } from './dto/audit-log-page.response.js';
import { AuditStatsDto } from './dto/audit-stats.dto.js';
import { AuditStatsResponse } from './dto/audit-stats.response.js';
import { ListAuditLogsDto } from './dto/list-audit-logs.dto.js';

@ApiTags('audit')
@Controller('api/audit-logs')
export class AuditLogsController {
  constructor(
    private readonly auditLogs: AuditLogsService,
    private readonly stats: AuditStatsService,
  ) {}

  @Get()
  @Scope('audit:read')
  @Header('Content-Type', 'application/json; charset=utf-8')
  @ApiOperation({ summary: 'List your own requests and how they ended, newest first' })
  @ApiOkResponse({ type: AuditLogPageResponse, description: 'A page of entries.' })
  @Problems('invalid_cursor')
  listAuditLogs(
    @Context() { userId }: RequestContext,
    @Query() { limit, cursor, ...filters }: ListAuditLogsDto,
  ): Promise<string> {
    return this.auditLogs.page(userId, filters, { limit, cursor });
  }

  @Get('stats')
  @Scope('audit:read')
  @Header('Content-Type', 'application/json; charset=utf-8')
  @ApiOperation({
    summary:
      'Count your own requests and their errors by time and action, and say how long they took',
  })
  @ApiOkResponse({ type: AuditStatsResponse, description: 'The counts.' })
  getAuditStats(
    @Context() { userId }: RequestContext,
    @Query() query: AuditStatsDto,
  ): Promise<string> {
    return this.stats.count(userId, query);
  }
}
