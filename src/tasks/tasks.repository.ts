import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { type Queryable } from '../database/transaction.js';
import { type AcceptedVersions } from '../http/if-match.js';
import { type Outcome } from '../http/request-context.js';
import { type CreateTaskDto } from './dto/create-task.dto.js';
import { type TaskPatch } from './task-patch.js';
import { type TaskRef } from './task-ref.js';
import {
  DELETE_TASK,
  INSERT_TASK,
  SELECT_OUTCOME,
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

/** Which task a change is about, by which request, and from which versions it may start. */
export interface Target {
  requestId: string;
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
    tx: Queryable,
    owner: { userId: string; id: string },
    task: CreateTaskDto,
  ): Promise<StoredTask> {
    const [stored] = (await tx.query<StoredTask>(INSERT_TASK, [
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
    ])) as [StoredTask];
    return stored;
  }

  async update(
    tx: Queryable,
    target: Target,
    patch: TaskPatch,
    completed: CompletedTasks = 'accepted',
  ): Promise<StoredTask | undefined> {
    return change(tx, target, UPDATE_TASK, [JSON.stringify(patch), completed === 'refused']);
  }

  /** Leaves a task that is open as it is. */
  async reopen(tx: Queryable, target: Target): Promise<StoredTask | undefined> {
    const patch = JSON.stringify({ status: 'pending' } satisfies TaskPatch);
    return change(tx, target, UPDATE_COMPLETED_TASK, [patch, false]);
  }

  async snooze(tx: Queryable, target: Target, minutes: number): Promise<StoredTask | undefined> {
    return change(tx, target, SNOOZE_TASK, [minutes, true]);
  }

  /** Where the record finds what `update`, `reopen` or `snooze` has made of the task. */
  outcome({ requestId, userId, ref }: Target): Outcome {
    return { text: SELECT_OUTCOME[ref.column], values: [requestId, userId, ref.value] };
  }

  async remove(tx: Queryable, target: Target): Promise<{ id: string } | undefined> {
    const [task] = await tx.query<{ id: string }>(DELETE_TASK[target.ref.column], startOf(target));
    return task;
  }

  async findState(tx: Queryable, { userId, ref }: Target): Promise<TaskState | undefined> {
    const [state] = await tx.query<TaskState>(SELECT_STATE[ref.column], [userId, ref.value]);
    return state;
  }
}

async function change(
  tx: Queryable,
  target: Target,
  statements: Record<TaskRef['column'], string>,
  values: [patch: string | number, isCompletedRefused: boolean],
): Promise<StoredTask | undefined> {
  const [task] = await tx.query<StoredTask>(statements[target.ref.column], [
    ...startOf(target),
    target.requestId,
    ...values,
  ]);
  return task;
}

function startOf({ userId, ref, versions }: Target): unknown[] {
  return [userId, ref.value, versions ?? null];
}
