import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Context } from '../http/context.decorator.js';
import { RequestContext } from '../http/request-context.js';
import { bestQuery } from './best-request.js';
import { BestService } from './best.service.js';
import { BestTaskDto } from './dto/best-task.dto.js';
import { BestTaskResponse } from './dto/best-task.response.js';
import { type BestAnswer } from './scoring/best-answer.js';

@ApiTags('what next')
@Controller('api/tasks/best')
export class BestController {
  constructor(private readonly service: BestService) {}

  @Get()
  @ApiOperation({
    summary: 'What should I do next? The best task now, its score explained, with the runners-up',
  })
  @ApiOkResponse({ type: BestTaskResponse, description: 'The best task, or why there is none.' })
  getBestTask(@Context() context: RequestContext, @Query() dto: BestTaskDto): Promise<BestAnswer> {
    return this.service.best(context, bestQuery(context.userId, dto));
  }
}
