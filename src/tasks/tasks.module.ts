import { Module } from '@nestjs/common';
import { TaskListService } from './task-list.service.js';
import { TasksController } from './tasks.controller.js';
import { TasksRepository } from './tasks.repository.js';
import { TasksService } from './tasks.service.js';

@Module({
  controllers: [TasksController],
  providers: [TaskListService, TasksRepository, TasksService],
})
export class TasksModule {}
