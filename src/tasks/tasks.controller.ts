import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Param,
  Patch,
  Post,
  Query,
  Res,
  UseInterceptors,
} from '@nestjs/common';
import {
  ApiBody,
  ApiCreatedResponse,
  ApiHeader,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { Context } from '../http/context.decorator.js';
import { acceptedVersions, type AcceptedVersions, IfMatch } from '../http/if-match.js';
import { PageDto } from '../http/page.dto.js';
import { Problems } from '../http/problems.decorator.js';
import { RequestContext } from '../http/request-context.js';
import { Scope } from '../http/scope.decorator.js';
import { CreateTaskDto } from './dto/create-task.dto.js';
import { ExpectedVersionDto } from './dto/expected-version.dto.js';
import { ListTasksDto } from './dto/list-tasks.dto.js';
import { SnoozeTaskDto } from './dto/snooze-task.dto.js';
import { TaskPageResponse } from './dto/task-page.response.js';
import { TaskResponse } from './dto/task.response.js';
import { UpdateTaskDto } from './dto/update-task.dto.js';
import { type TaskAnswer, TaskAnswerInterceptor } from './task-answer.interceptor.js';
import { taskFilters } from './list/task-filters.js';
import { TaskListService } from './list/task-list.service.js';
import { IF_MATCH, REF } from './task-parameters.js';
import { type TaskRef, TaskRefPipe } from './task-ref.js';
import { TasksService } from './tasks.service.js';

@ApiTags('tasks')
@Controller('api/tasks')
@UseInterceptors(TaskAnswerInterceptor)
export class TasksController {
  constructor(
    private readonly tasks: TasksService,
    private readonly lists: TaskListService,
  ) {}

  @Post()
  @Scope('tasks:write')
  @ApiOperation({ summary: 'Create a task' })
  @ApiCreatedResponse({ type: TaskResponse, description: 'The task, with its id and number.' })
  async createTask(
    @Context() context: RequestContext,
    @Body() body: CreateTaskDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TaskAnswer> {
    const task = await this.tasks.create(context, body);
    reply.header('Location', `/api/tasks/${task.id}`);
    return task;
  }

  @Get()
  @Scope('tasks:read')
  @ApiOperation({ summary: 'List tasks: filtered, sorted, a page at a time' })
  @ApiOkResponse({ type: TaskPageResponse, description: 'A page of tasks.' })
  @Problems('invalid_cursor')
  async listTasks(
    @Context() { userId }: RequestContext,
    @Query() query: ListTasksDto,
  ): Promise<TaskAnswer> {
    const filters = taskFilters(query);
    const list = { operation: 'listTasks', userId, filters, sort: query.sort };
    return { json: await this.lists.page(list, query) };
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
  ): Promise<TaskAnswer> {
    const filters = { status: ['pending' as const, 'in_progress' as const] };
    const list = { operation: 'listPendingTasks', userId, filters, sort: '-createdAt' as const };
    return { json: await this.lists.page(list, page) };
  }

  @Get(':ref')
  @Scope('tasks:read')
  @ApiOperation({ summary: 'Read a task' })
  @ApiParam(REF)
  @ApiOkResponse({ type: TaskResponse, description: 'The task; its version is the ETag.' })
  @Problems('task_not_found')
  getTask(
    @Context() context: RequestContext,
    @Param('ref', TaskRefPipe) ref: TaskRef,
  ): Promise<TaskAnswer> {
    return this.tasks.get(context, ref);
  }

  @Patch(':ref')
  @Scope('tasks:write')
  @ApiOperation({ summary: 'Change the given fields of a task; null clears one that may be empty' })
  @ApiParam(REF)
  @ApiHeader(IF_MATCH)
  @ApiOkResponse({ type: TaskResponse, description: 'The task as it is now.' })
  @Problems('task_not_found', 'version_mismatch', 'task_completed')
  updateTask(
    @Context() context: RequestContext,
    @Param('ref', TaskRefPipe) ref: TaskRef,
    @IfMatch() ifMatch: AcceptedVersions,
    @Body() body: UpdateTaskDto,
  ): Promise<TaskAnswer> {
    const versions = acceptedVersions(ifMatch, body.expectedVersion);
    return this.tasks.update({ context, ref, versions }, body);
  }

  @Delete(':ref')
  @Scope('tasks:write')
  @HttpCode(204)
  @ApiOperation({ summary: 'Delete a task for good' })
  @ApiParam(REF)
  @ApiHeader(IF_MATCH)
  @ApiNoContentResponse({ description: 'The task is gone.' })
  @Problems('task_not_found', 'version_mismatch')
  deleteTask(
    @Context() context: RequestContext,
    @Param('ref', TaskRefPipe) ref: TaskRef,
    @IfMatch() ifMatch: AcceptedVersions,
    @Body() body: ExpectedVersionDto,
  ): Promise<void> {
    const versions = acceptedVersions(ifMatch, body.expectedVersion);
    return this.tasks.remove({ context, ref, versions });
  }

  @Post(':ref/complete')
  @Scope('tasks:write')
  @HttpCode(200)
  @ApiOperation({ summary: 'Complete a task; a completed one stays as it is' })
  @ApiParam(REF)
  @ApiHeader(IF_MATCH)
  @ApiOkResponse({ type: TaskResponse, description: 'The completed task, no longer snoozed.' })
  @Problems('task_not_found', 'version_mismatch')
  completeTask(
    @Context() context: RequestContext,
    @Param('ref', TaskRefPipe) ref: TaskRef,
    @IfMatch() ifMatch: AcceptedVersions,
    @Body() body: ExpectedVersionDto,
  ): Promise<TaskAnswer> {
    const versions = acceptedVersions(ifMatch, body.expectedVersion);
    return this.tasks.complete({ context, ref, versions });
  }

  @Post(':ref/reopen')
  @Scope('tasks:write')
  @HttpCode(200)
  @ApiOperation({ summary: 'Make a completed task pending again; an open one stays as it is' })
  @ApiParam(REF)
  @ApiHeader(IF_MATCH)
  @ApiOkResponse({ type: TaskResponse, description: 'The open task.' })
  @Problems('task_not_found', 'version_mismatch')
  reopenTask(
    @Context() context: RequestContext,
    @Param('ref', TaskRefPipe) ref: TaskRef,
    @IfMatch() ifMatch: AcceptedVersions,
    @Body() body: ExpectedVersionDto,
  ): Promise<TaskAnswer> {
    const versions = acceptedVersions(ifMatch, body.expectedVersion);
    return this.tasks.reopen({ context, ref, versions });
  }

  @Post(':ref/snooze')
  @Scope('tasks:write')
  @HttpCode(200)
  @ApiOperation({ summary: 'Let a task sleep until a moment, or for some minutes' })
  @ApiParam(REF)
  @ApiHeader(IF_MATCH)
  @ApiBody({
    type: SnoozeTaskDto,
    examples: {
      until: { summary: 'Until a moment', value: { until: '2030-01-30T08:00:00Z' } },
      minutes: { summary: 'For a while', value: { minutes: 60 } },
    },
  })
  @ApiOkResponse({ type: TaskResponse, description: 'The sleeping task.' })
  @Problems('task_not_found', 'version_mismatch', 'task_completed')
  snoozeTask(
    @Context() context: RequestContext,
    @Param('ref', TaskRefPipe) ref: TaskRef,
    @IfMatch() ifMatch: AcceptedVersions,
    @Body() body: SnoozeTaskDto,
  ): Promise<TaskAnswer> {
    const versions = acceptedVersions(ifMatch, body.expectedVersion);
    return this.tasks.snooze({ context, ref, versions }, body);
  }
}
