import { Module } from '@nestjs/common';
import { BestController } from './best.controller.js';
import { BestService } from './best.service.js';
import { TaskListService } from './task-list.service.js';
import { TasksController } from './tasks.controller.js';
import { TasksRepository } from './tasks.repository.js';
import { TasksService } from './tasks.service.js';

@Module({
  controllers: [BestController, TasksController],
  providers: [BestService, TaskListService, TasksRepository, TasksService],
})
export class TasksModule {}
