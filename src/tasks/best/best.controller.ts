import { Controller, Get, Header, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '#openapi';
import { Context } from '../../http/context.decorator.js';
import { Problems } from '../../http/problems.decorator.js';
import { RequestContext } from '../../http/request-context.js';
import { Scope } from '../../http/scope.decorator.js';
import { BestHistoryService } from './best-history.service.js';
import { bestQuery } from './best-request.js';
import { BestService } from './best.service.js';
import { BestHistoryDto } from '../dto/best-history.dto.js';
import { BestHistoryResponse } from '../dto/best-history.response.js';
import { BestTaskDto } from '../dto/best-task.dto.js';
import { BestTaskResponse } from '../dto/best-task.response.js';
import { type BestAnswer } from '../scoring/best-answer.js';

@ApiTags('what next')
@Controller('api/tasks/best')
export class BestController {
  constructor(
    private readonly service: BestService,
    private readonly history: BestHistoryService,
  ) {}

  @Get()
  @Scope('tasks:read')
  @ApiOperation({
    summary: 'What should I do next? The best task now, its score explained, with the runners-up',
  })
  @ApiOkResponse({ type: BestTaskResponse, description: 'The best task, or why there is none.' })
  getBestTask(@Context() context: RequestContext, @Query() dto: BestTaskDto): Promise<BestAnswer> {
    return this.service.best(context, bestQuery(context.userId, dto));
  }

  @Get('history')
  @Scope('tasks:read')
  @Header('Content-Type', 'application/json; charset=utf-8')
  @ApiOperation({
    summary: 'What was recommended when, with which score, and what became of it; newest first',
  })
  @ApiOkResponse({ type: BestHistoryResponse, description: 'A page of recommendations.' })
  @Problems('invalid_cursor')
  getBestHistory(
    @Context() { userId }: RequestContext,
    @Query() { whatIf, ...page }: BestHistoryDto,
  ): Promise<string> {
    return this.history.page(userId, whatIf === 'true', page);
  }
}
