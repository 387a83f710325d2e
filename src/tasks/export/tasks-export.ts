import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database } from '../../database/database.js';
import { exportedList, ExportParts, exportedValue } from '../../http/export-parts.js';
import { HabitsService } from '../habits/habits.service.js';
import { isoMoment, taskJson } from '../task-json.js';

const TASKS = `
  SELECT ${taskJson()} AS json, t.number FROM tasks t
  WHERE t.user_id = $1 AND t.number > $2
  ORDER BY t.number LIMIT $3`;

const IDEMPOTENCY_KEYS = `
  SELECT json_build_object('operation', operation, 'key', key, 'taskId', task_id, 'answer', answer,
           'expiresAt', ${isoMoment('expires_at')})::text AS json,
         operation, key
  FROM idempotency_keys
  WHERE user_id = $1 AND (operation, key) > ($2, $3)
  ORDER BY operation, key LIMIT $4`;

/** A user's tasks as they are answered elsewhere, the habits learned from them, and what is kept against repetitions. */
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
      exportedList<{ json: string; number: number }>(({ userId }, after, limit) =>
        this.database.query(TASKS, [userId, after?.number ?? 0, limit]),
      ),
    );
    this.parts.add(
      'habits',
      exportedValue(({ userId }) => this.habits.learned(userId)),
    );
    this.parts.add(
      'idempotencyKeys',
      exportedList<{ json: string; operation: string; key: string }>(({ userId }, after, limit) =>
        this.database.query(IDEMPOTENCY_KEYS, [
          userId,
          after?.operation ?? '',
          after?.key ?? '',
          limit,
        ]),
      ),
    );
  }
}
