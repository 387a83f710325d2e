import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiHeader,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '#openapi';
import { Context } from '../http/context.decorator.js';
import { IdempotencyKey, requestKey } from '../http/idempotency-key.js';
import { PageDto } from '../http/page.dto.js';
import { PreparedJson } from '../http/prepared-json.js';
import { Problems } from '../http/problems.decorator.js';
import { RequestContext } from '../http/request-context.js';
import { Scope } from '../http/scope.decorator.js';
import { CreateTaskDto } from './dto/create-task.dto.js';
import { ExpectedVersionDto } from './dto/expected-version.dto.js';
import { ListTasksDto } from './dto/list-tasks.dto.js';
import { TaskListResponse } from './dto/task-list.response.js';
import { TaskPageResponse } from './dto/task-page.response.js';
import { TaskResponse } from './dto/task.response.js';
import { UpdateTaskDto } from './dto/update-task.dto.js';
import { taskAnswer } from './task-answer.js';
import { AskedChange, type ChangeRequest, taskChange } from './task-change.js';
import { taskFilters } from './list/task-filters.js';
import { TaskListService } from './list/task-list.service.js';
import { IDEMPOTENCY_KEY, IF_MATCH, REF } from './task-parameters.js';
import { type TaskRef, TaskRefPipe } from './task-ref.js';
import { TasksService } from './tasks.service.js';

@ApiTags('tasks')
@Controller('api/tasks')
export class TasksController {
  constructor(
    private readonly tasks: TasksService,
    private readonly lists: TaskListService,
  ) {}

  @Post()
  @Scope('tasks:write')
  @ApiOperation({ summary: 'Create a task' })
  @ApiHeader(IDEMPOTENCY_KEY)
  @ApiCreatedResponse({ type: TaskResponse, description: 'The task, with its id and number.' })
  @Problems('idempotency_conflict', 'idempotency_mismatch')
  async createTask(
    @Context() context: RequestContext,
    @IdempotencyKey() key: string | null,
    @Body() body: CreateTaskDto,
  ): Promise<PreparedJson> {
    const task = await this.tasks.create(context, body, requestKey(key, body));
    return taskAnswer(task, { Location: `/api/tasks/${task.id}` });
  }

  @Get()
  @Scope('tasks:read')
  @ApiOperation({ summary: 'List tasks: filtered, sorted, a page at a time' })
  @ApiOkResponse({ type: TaskListResponse, description: 'A page of tasks.' })
  @Problems('invalid_cursor')
  async listTasks(
    @Context() { userId }: RequestContext,
    @Query() query: ListTasksDto,
  ): Promise<PreparedJson> {
    const filters = taskFilters(query);
    const list = { operation: 'listTasks', userId, filters, sort: query.sort };
    return new PreparedJson(await this.lists.page(list, query));
  }

  @Get('pending')
  @Scope('tasks:read')
  @ApiOperation({
    summary: 'List what can be done now: pending or in progress, and not snoozed; newest first',
  })
  @ApiOkResponse({ type: TaskPageResponse, description: 'A page of tasks.' })
  @Problems('invalid_cursor')
  async listPendingTasks(
    @Context() { userId }: RequestContext,
    @Query() page: PageDto,
  ): Promise<PreparedJson> {
    const filters = { status: ['pending' as const, 'in_progress' as const] };
    const list = { operation: 'listPendingTasks', userId, filters, sort: '-createdAt' as const };
    return new PreparedJson(await this.lists.page(list, page));
  }

  @Get(':ref')
  @Scope('tasks:read')
  @ApiOperation({ summary: 'Read a task' })
  @ApiParam(REF)
  @ApiOkResponse({ type: TaskResponse, description: 'The task; its version is the ETag.' })
  @Problems('task_not_found')
  async getTask(
    @Context() context: RequestContext,
    @Param('ref', TaskRefPipe) ref: TaskRef,
  ): Promise<PreparedJson> {
    return taskAnswer(await this.tasks.get(context, ref));
  }

  @Patch(':ref')
  @Scope('tasks:write')
  @ApiOperation({ summary: 'Change the given fields of a task; null clears one that may be empty' })
  @ApiParam(REF)
  @ApiHeader(IF_MATCH)
  @ApiOkResponse({ type: TaskResponse, description: 'The task as it is now.' })
  @Problems('task_not_found', 'version_mismatch', 'task_completed')
  async updateTask(
    @AskedChange() asked: ChangeRequest,
    @Body() body: UpdateTaskDto,
  ): Promise<PreparedJson> {
    return taskAnswer(await this.tasks.update(taskChange(asked, body), body));
  }

  @Delete(':ref')
  @Scope('tasks:write')
  @HttpCode(204)
  @ApiOperation({ summary: 'Delete a task for good' })
  @ApiParam(REF)
  @ApiHeader(IF_MATCH)
  @ApiNoContentResponse({ description: 'The task is gone.' })
  @Problems('task_not_found', 'version_mismatch')
  deleteTask(@AskedChange() asked: ChangeRequest, @Body() body: ExpectedVersionDto): Promise<void> {
    return this.tasks.remove(taskChange(asked, body));
  }
}
