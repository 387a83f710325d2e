import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database } from '../../database/database.js';
import { exportedList, ExportParts, exportedValue } from '../../http/export-parts.js';
import { HabitsService } from '../habits/habits.service.js';
import { taskJson } from '../task-json.js';

interface ExportedTask {
  json: string;
  number: number;
}

const TASKS_BY_NUMBER = `
  SELECT t.number, ${taskJson()} AS json FROM tasks t
  WHERE t.user_id = $1 AND t.number > $2
  ORDER BY t.number LIMIT $3`;

/** A user's tasks, as every other operation answers them, and the habits learned from them. */
@Injectable()
export class TasksExport implements OnModuleInit {
  constructor(
    private readonly parts: ExportParts,
    private readonly database: Database,
    private readonly habits: HabitsService,
  ) {}

  onModuleInit(): void {
    this.parts.add(
      'tasks',
      exportedList<ExportedTask>(({ userId }, after, limit) =>
        this.database.query(TASKS_BY_NUMBER, [userId, after?.number ?? 0, limit]),
      ),
    );
    this.parts.add(
      'habits',
      exportedValue(({ userId }) => this.habits.learned(userId)),
    );
  }
}
