import { Module } from '@nestjs/common';
import { BestHistoryService } from './best-history.service.js';
import { BestController } from './best.controller.js';
import { BestService } from './best.service.js';
import { HabitsController } from './habits.controller.js';
import { HabitsService } from './habits.service.js';
import { PlanController } from './plan.controller.js';
import { PlanService } from './plan.service.js';
import { TaskListService } from './task-list.service.js';
import { TasksController } from './tasks.controller.js';
import { TasksRepository } from './tasks.repository.js';
import { TasksService } from './tasks.service.js';

@Module({
  controllers: [BestController, PlanController, HabitsController, TasksController],
  providers: [
    BestHistoryService,
    BestService,
    HabitsService,
    PlanService,
    TaskListService,
    TasksRepository,
    TasksService,
  ],
})
export class TasksModule {}
