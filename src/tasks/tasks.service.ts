import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { Database } from '../database/database.js';
import { type Transaction } from '../database/transaction.js';
import { type AcceptedVersions } from '../http/if-match.js';
import { invalidField, ProblemError } from '../http/problem.js';
import { type RequestContext } from '../http/request-context.js';
import { CreateTaskDto } from './dto/create-task.dto.js';
import { SnoozeTaskDto } from './dto/snooze-task.dto.js';
import { UpdateTaskDto } from './dto/update-task.dto.js';
import { isFuture, refuseContradiction, snoozesOpenTask, taskPatch } from './task-patch.js';
import { taskNotFound, type TaskRef } from './task-ref.js';
import { type StoredTask, type Target, TasksRepository } from './tasks.repository.js';

/** What a change of one task is asked for: by whom, which task, from which versions. */
export interface TaskChange {
  context: RequestContext;
  ref: TaskRef;
  versions: AcceptedVersions;
}

/**
 * The rules of single tasks. Every change is one statement that checks owner, version and state itself; only a refusal
 * asks once more, for its reason. Throws `task_not_found`, `version_mismatch`, `task_completed`, `validation_failed`.
 */
@Injectable()
export class TasksService {
  constructor(
    private readonly database: Database,
    private readonly repository: TasksRepository,
  ) {}

  async create(context: RequestContext, task: CreateTaskDto): Promise<StoredTask> {
    refuseContradiction(task);
    const owner = { userId: context.userId, id: uuidv7() };
    return this.database.transaction(context, async (tx) => {
      const stored = await this.repository.insert(tx, owner, task);
      context.resourceId = stored.id;
      return stored;
    });
  }

  async get(context: RequestContext, ref: TaskRef): Promise<StoredTask> {
    const task = await this.repository.find(context.userId, ref);
    if (!task) throw taskNotFound();
    context.resourceId = task.id;
    return task;
  }

  async update(change: TaskChange, dto: UpdateTaskDto): Promise<StoredTask> {
    refuseContradiction(dto);
    const completed = snoozesOpenTask(dto) ? 'refused' : 'accepted';
    return this.apply(change, (tx, target) =>
      this.repository.update(tx, target, taskPatch(dto), completed),
    );
  }

  /** Ends a snooze as well. A task that is completed stays as it is. */
  async complete(change: TaskChange): Promise<StoredTask> {
    return this.apply(change, (tx, target) =>
      this.repository.update(tx, target, { status: 'completed', snoozed_until: null }),
    );
  }

  /** Makes a completed task pending. A task that is open stays as it is. */
  async reopen(change: TaskChange): Promise<StoredTask> {
    return this.apply(change, (tx, target) => this.repository.reopen(tx, target));
  }

  async snooze(change: TaskChange, { until, minutes }: SnoozeTaskDto): Promise<StoredTask> {
    if ((until === undefined) === (minutes === undefined)) {
      throw invalidField('until', 'until or minutes must be given, one of the two');
    }
    if (until && !isFuture(until)) throw invalidField('until', 'until must be in the future');
    return this.apply(change, (tx, target) =>
      minutes === undefined
        ? this.repository.update(tx, target, { snoozed_until: until }, 'refused')
        : this.repository.snooze(tx, target, minutes),
    );
  }

  async remove(change: TaskChange): Promise<void> {
    await this.apply(change, (tx, target) => this.repository.remove(tx, target));
  }

  /** What the task has become goes on the record with the change. */
  private async apply<T extends { id: string } & Partial<StoredTask>>(
    { context, ref, versions }: TaskChange,
    attempt: (tx: Transaction, target: Target) => Promise<T | undefined>,
  ): Promise<T> {
    const target = { userId: context.userId, ref, versions };
    return this.database.transaction(context, async (tx) => {
      const changed = await attempt(tx, target);
      if (!changed) throw await this.refusal(tx, target, context);
      context.resourceId = changed.id;
      const { version, status } = changed;
      if (status !== undefined) context.details = { version, status };
      return changed;
    });
  }

  private async refusal(
    tx: Transaction,
    target: Target,
    context: RequestContext,
  ): Promise<ProblemError> {
    const state = await this.repository.findState(tx, target);
    if (!state) return taskNotFound();
    context.resourceId = state.id;
    const isAccepted = target.versions?.includes(state.version) ?? true;
    if (isAccepted && state.isCompleted) {
      return new ProblemError('task_completed', 'Reopen the task first.');
    }
    return new ProblemError(
      'version_mismatch',
      `The task is at version ${String(state.version)}. Read it again before you change it.`,
    );
  }
}
