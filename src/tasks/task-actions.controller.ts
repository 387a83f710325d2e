import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiBody, ApiHeader, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '#openapi';
import { IdempotencyKey } from '../http/idempotency-key.js';
import { type PreparedJson } from '../http/prepared-json.js';
import { Problems } from '../http/problems.decorator.js';
import { Scope } from '../http/scope.decorator.js';
import { SnoozeTaskDto } from './dto/snooze-task.dto.js';
import { TaskActionDto } from './dto/task-action.dto.js';
import { TaskResponse } from './dto/task.response.js';
import { taskAnswer } from './task-answer.js';
import { AskedChange, type ChangeRequest, taskAction } from './task-change.js';
import { IDEMPOTENCY_KEY, IF_MATCH, REF } from './task-parameters.js';
import { TasksService } from './tasks.service.js';

@ApiTags('tasks')
@Controller('api/tasks/:ref')
export class TaskActionsController {
  constructor(private readonly tasks: TasksService) {}

  @Post('complete')
  @Scope('tasks:write')
  @HttpCode(200)
  @ApiOperation({ summary: 'Complete a task; a completed one stays as it is' })
  @ApiParam(REF)
  @ApiHeader(IF_MATCH)
  @ApiHeader(IDEMPOTENCY_KEY)
  @ApiOkResponse({ type: TaskResponse, description: 'The completed task, no longer snoozed.' })
  @Problems('task_not_found', 'version_mismatch', 'idempotency_conflict', 'idempotency_mismatch')
  async completeTask(
    @AskedChange() asked: ChangeRequest,
    @IdempotencyKey() key: string | null,
    @Body() body: TaskActionDto,
  ): Promise<PreparedJson> {
    return taskAnswer(await this.tasks.complete(taskAction(asked, body, key)));
  }

  @Post('reopen')
  @Scope('tasks:write')
  @HttpCode(200)
  @ApiOperation({ summary: 'Make a completed task pending again; an open one stays as it is' })
  @ApiParam(REF)
  @ApiHeader(IF_MATCH)
  @ApiHeader(IDEMPOTENCY_KEY)
  @ApiOkResponse({ type: TaskResponse, description: 'The open task.' })
  @Problems('task_not_found', 'version_mismatch', 'idempotency_conflict', 'idempotency_mismatch')
  async reopenTask(
    @AskedChange() asked: ChangeRequest,
    @IdempotencyKey() key: string | null,
    @Body() body: TaskActionDto,
  ): Promise<PreparedJson> {
    return taskAnswer(await this.tasks.reopen(taskAction(asked, body, key)));
  }

  @Post('snooze')
  @Scope('tasks:write')
  @HttpCode(200)
  @ApiOperation({ summary: 'Let a task sleep until a moment, or for some minutes' })
  @ApiParam(REF)
  @ApiHeader(IF_MATCH)
  @ApiHeader(IDEMPOTENCY_KEY)
  @ApiBody({
    type: SnoozeTaskDto,
    examples: {
      until: { summary: 'Until a moment', value: { until: '2030-01-30T08:00:00Z' } },
      minutes: { summary: 'For a while', value: { minutes: 60 } },
    },
  })
  @ApiOkResponse({ type: TaskResponse, description: 'The sleeping task.' })
  @Problems(
    'task_not_found',
    'version_mismatch',
    'task_completed',
    'idempotency_conflict',
    'idempotency_mismatch',
  )
  async snoozeTask(
    @AskedChange() asked: ChangeRequest,
    @IdempotencyKey() key: string | null,
    @Body() body: SnoozeTaskDto,
  ): Promise<PreparedJson> {
    return taskAnswer(await this.tasks.snooze(taskAction(asked, body, key), body));
  }
}
