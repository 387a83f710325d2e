import { Body, Controller, Get, Headers, Param, Patch, Post, Query } from '@nestjs/common';
import { CreateTaskDto } from '../../src/tasks/dto/create-task.dto.js';
import { UpdateTaskDto } from '../../src/tasks/dto/update-task.dto.js';
import { NaiveTasksService } from './naive-tasks.service.js';
import { type NaiveTask, taskResponse } from './naive-task-response.js';

const DEFAULT_LIMIT = 50;

@Controller()
export class NaiveTasksController {
  constructor(private readonly tasks: NaiveTasksService) {}

  @Get('health')
  health(): object {
    return { status: 'ok' };
  }

  @Post('api/tasks')
  async create(
    @Headers('x-user-id') userId: string,
    @Body() dto: CreateTaskDto,
  ): Promise<NaiveTask> {
    return taskResponse(await this.tasks.create(userId, dto));
  }

  @Get('api/tasks')
  async list(
    @Headers('x-user-id') userId: string,
    @Query('limit') limit?: string,
    @Query('offset') offset?: string,
  ): Promise<{ items: NaiveTask[] }> {
    const page = { limit: Number(limit ?? DEFAULT_LIMIT), offset: Number(offset ?? 0) };
    const tasks = await this.tasks.page(userId, page);
    return { items: tasks.map(taskResponse) };
  }

  @Get('api/tasks/best')
  async best(@Headers('x-user-id') userId: string): Promise<{ task: NaiveTask | null }> {
    const best = await this.tasks.best(userId);
    return { task: best && taskResponse(best) };
  }

  @Get('api/tasks/:id')
  async get(@Headers('x-user-id') userId: string, @Param('id') id: string): Promise<NaiveTask> {
    return taskResponse(await this.tasks.get(userId, id));
  }

  @Patch('api/tasks/:id')
  async update(
    @Headers('x-user-id') userId: string,
    @Param('id') id: string,
    @Body() dto: UpdateTaskDto,
  ): Promise<NaiveTask> {
    return taskResponse(await this.tasks.update(userId, id, dto));
  }
}
