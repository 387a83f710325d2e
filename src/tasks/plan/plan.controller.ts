import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '#openapi';
import { Context } from '../../http/context.decorator.js';
import { RequestContext } from '../../http/request-context.js';
import { Scope } from '../../http/scope.decorator.js';
import { PlanDto } from '../dto/plan.dto.js';
import { PlanResponse } from '../dto/plan.response.js';
import { type DayPlan } from './day-plan.js';
import { PlanService } from './plan.service.js';

@ApiTags('what next')
@Controller('api/tasks/plan')
export class PlanController {
  constructor(private readonly plans: PlanService) {}

  @Get()
  @Scope('tasks:read')
  @ApiOperation({
    summary:
      'Plan a day: its working hours filled by score, deadlines kept, and what cannot be done in time',
  })
  @ApiOkResponse({ type: PlanResponse, description: 'The plan; the same tasks give the same one.' })
  getPlan(@Context() { userId }: RequestContext, @Query() { date, at }: PlanDto): Promise<DayPlan> {
    return this.plans.day(userId, date ?? null, at ?? null);
  }
}
