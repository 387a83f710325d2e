import { Controller, Delete, Get, HttpCode } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '#openapi';
import { Context } from '../../http/context.decorator.js';
import { Problems } from '../../http/problems.decorator.js';
import { RequestContext } from '../../http/request-context.js';
import { Scope } from '../../http/scope.decorator.js';
import { HabitsResponse } from '../dto/habits.response.js';
import { HabitsService } from './habits.service.js';

/**
 * To a client habits are part of the preferences; they are computed from completed tasks by the code that scores, so they
 * live with it.
 */
@ApiTags('preferences')
@Controller('api/preferences/habits')
export class HabitsController {
  constructor(private readonly habits: HabitsService) {}

  @Get()
  @Scope('preferences:read')
  @ApiOperation({
    summary: 'What was learned about you: which tags you do in which part of the day',
  })
  @ApiOkResponse({ type: HabitsResponse, description: 'The habits that scores are adjusted by.' })
  @Problems('conflict')
  getHabits(@Context() { userId }: RequestContext): Promise<HabitsResponse> {
    return this.habits.learned(userId);
  }

  @Delete()
  @Scope('preferences:write')
  @HttpCode(204)
  @ApiOperation({ summary: 'Forget your habits; learning starts anew if it is on' })
  @ApiNoContentResponse({ description: 'Nothing completed until now counts any more.' })
  @Problems('conflict')
  forgetHabits(@Context() context: RequestContext): Promise<void> {
    return this.habits.forget(context);
  }
}
