import { Module } from '@nestjs/common';
import { BestHistoryService } from './best/best-history.service.js';
import { BestController } from './best/best.controller.js';
import { BestService } from './best/best.service.js';
import { TasksExport } from './export/tasks-export.js';
import { HabitsController } from './habits/habits.controller.js';
import { HabitsService } from './habits/habits.service.js';
import { ExpiredKeys } from './idempotency/expired-keys.js';
import { RepeatableChanges } from './idempotency/repeatable-changes.js';
import { PlanController } from './plan/plan.controller.js';
import { PlanService } from './plan/plan.service.js';
import { TaskListService } from './list/task-list.service.js';
import { TaskActionsController } from './task-actions.controller.js';
import { TasksController } from './tasks.controller.js';
import { TasksRepository } from './tasks.repository.js';
import { TasksService } from './tasks.service.js';

@Module({
  controllers: [
    BestController,
    PlanController,
    HabitsController,
    TasksController,
    TaskActionsController,
  ],
  providers: [
    BestHistoryService,
    BestService,
    ExpiredKeys,
    HabitsService,
    PlanService,
    RepeatableChanges,
    TaskListService,
    TasksExport,
    TasksRepository,
    TasksService,
  ],
})
export class TasksModule {}
