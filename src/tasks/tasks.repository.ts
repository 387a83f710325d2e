import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { type Transaction } from '../database/transaction.js';
import { type AcceptedVersions } from '../http/if-match.js';
import { type CreateTaskDto } from './dto/create-task.dto.js';
import { type TaskStatus } from './dto/task-status.js';
import { type TaskPatch } from './task-patch.js';
import { type TaskRef } from './task-ref.js';
import {
  DELETE_TASK,
  INSERT_TASK,
  SELECT_STATE,
  SELECT_TASK,
  SNOOZE_TASK,
  UPDATE_COMPLETED_TASK,
  UPDATE_TASK,
} from './task-statements.js';

/** A task with the JSON text that it is answered as. */
export interface StoredTask {
  id: string;
  version: number;
  json: string;
}

/** A task that was just stored. */
export interface WrittenTask extends StoredTask {
  status: TaskStatus;
}

/** Which task a change is about, and from which versions it may start. */
export interface Target {
  userId: string;
  ref: TaskRef;
  versions: AcceptedVersions;
}

export interface TaskState {
  id: string;
  version: number;
  isCompleted: boolean;
}

/** Whether a change is refused when the task is completed. */
type CompletedTasks = 'refused' | 'accepted';

/** The SQL of single tasks. A change returns undefined when no row of that name, version and state is there. */
@Injectable()
export class TasksRepository {
  constructor(private readonly database: Database) {}

  async find(userId: string, ref: TaskRef): Promise<StoredTask | undefined> {
    const [task] = await this.database.lookUp<StoredTask>(SELECT_TASK[ref.column], [
      userId,
      ref.value,
    ]);
    return task;
  }

  async insert(
    tx: Pick<Transaction, 'query'>,
    owner: { userId: string; id: string },
    task: CreateTaskDto,
  ): Promise<WrittenTask> {
    const [stored] = (await tx.query<WrittenTask>(INSERT_TASK, [
      owner.userId,
      owner.id,
      task.title,
      task.description,
      task.status === 'snoozed' ? 'pending' : task.status,
      task.priority,
      task.impact,
      task.dueDate,
      task.snoozedUntil,
      task.effortEstimateMinutes,
      [...new Set(task.tags)],
    ])) as [WrittenTask];
    return stored;
  }

  async update(
    tx: Transaction,
    target: Target,
    patch: TaskPatch,
    completed: CompletedTasks = 'accepted',
  ): Promise<WrittenTask | undefined> {
    const values = [JSON.stringify(patch), completed === 'refused'];
    const [task] = await tx.query<WrittenTask>(...about(target, UPDATE_TASK, values));
    return task;
  }

  /** Leaves a task that is open as it is. */
  async reopen(tx: Transaction, target: Target): Promise<WrittenTask | undefined> {
    const values = [JSON.stringify({ status: 'pending' } satisfies TaskPatch), false];
    const [task] = await tx.query<WrittenTask>(...about(target, UPDATE_COMPLETED_TASK, values));
    return task;
  }

  async snooze(tx: Transaction, target: Target, minutes: number): Promise<WrittenTask | undefined> {
    const [task] = await tx.query<WrittenTask>(...about(target, SNOOZE_TASK, [minutes, true]));
    return task;
  }

  async remove(tx: Transaction, target: Target): Promise<{ id: string } | undefined> {
    const [task] = await tx.query<{ id: string }>(...about(target, DELETE_TASK, []));
    return task;
  }

  async findState(tx: Transaction, { userId, ref }: Target): Promise<TaskState | undefined> {
    const [state] = await tx.query<TaskState>(SELECT_STATE[ref.column], [userId, ref.value]);
    return state;
  }
}

function about(
  { userId, ref, versions }: Target,
  statements: Record<TaskRef['column'], string>,
  values: unknown[],
): [text: string, values: unknown[]] {
  return [statements[ref.column], [userId, ref.value, versions ?? null, ...values]];
}
