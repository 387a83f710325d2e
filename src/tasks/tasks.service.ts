import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { type Queryable } from '../database/transaction.js';
import { type RequestKey } from '../http/idempotency-key.js';
import { invalidField, ProblemError } from '../http/problem.js';
import { type RequestContext } from '../http/request-context.js';
import { uuidv7 } from '../http/uuid.js';
import { CreateTaskDto } from './dto/create-task.dto.js';
import { SnoozeTaskDto } from './dto/snooze-task.dto.js';
import { UpdateTaskDto } from './dto/update-task.dto.js';
import { type ChangedTask, RepeatableChanges } from './idempotency/repeatable-changes.js';
import { type TaskChange } from './task-change.js';
import { isFuture, refuseContradiction, snoozesOpenTask, taskPatch } from './task-patch.js';
import { taskNotFound, type TaskRef } from './task-ref.js';
import { type StoredTask, type Target, TasksRepository } from './tasks.repository.js';

/**
 * The rules of single tasks. Every change is one statement that checks owner, version and state itself; only a refusal
 * asks once more, for its reason. Throws `task_not_found`, `version_mismatch`, `task_completed`, `validation_failed`.
 */
@Injectable()
export class TasksService {
  constructor(
    private readonly database: Database,
    private readonly repository: TasksRepository,
    private readonly repeatable: RepeatableChanges,
  ) {}

  async create(
    context: RequestContext,
    task: CreateTaskDto,
    key: RequestKey | null,
  ): Promise<ChangedTask> {
    const owner = { userId: context.userId, id: uuidv7() };
    try {
      // All that the record says of a new task is known before there is one.
      context.resourceId = owner.id;
      return await this.repeatable.once(context, key, async (tx) => {
        // Not before: once `snoozedUntil` is the past, the request may still come again and get its first answer.
        refuseContradiction(task);
        return this.repository.insert(tx, owner, task);
      });
    } catch (error) {
      context.resourceId = null;
      throw error;
    }
  }

  async get(context: RequestContext, ref: TaskRef): Promise<StoredTask> {
    const task = await this.repository.find(context.userId, ref);
    if (!task) throw taskNotFound();
    context.resourceId = task.id;
    return task;
  }

  async update(change: TaskChange, dto: UpdateTaskDto): Promise<ChangedTask> {
    refuseContradiction(dto);
    const completed = snoozesOpenTask(dto) ? 'refused' : 'accepted';
    return this.apply(change, (tx, target) =>
      this.repository.update(tx, target, taskPatch(dto), completed),
    );
  }

  /** Ends a snooze as well. A task that is completed stays as it is. */
  async complete(change: TaskChange): Promise<ChangedTask> {
    return this.apply(change, (tx, target) =>
      this.repository.update(tx, target, { status: 'completed', snoozed_until: null }),
    );
  }

  /** Makes a completed task pending. A task that is open stays as it is. */
  async reopen(change: TaskChange): Promise<ChangedTask> {
    return this.apply(change, (tx, target) => this.repository.reopen(tx, target));
  }

  async snooze(change: TaskChange, { until, minutes }: SnoozeTaskDto): Promise<ChangedTask> {
    if ((until === undefined) === (minutes === undefined)) {
      throw invalidField('until', 'until or minutes must be given, one of the two');
    }
    return this.apply(change, async (tx, target) => {
      if (minutes !== undefined) return this.repository.snooze(tx, target, minutes);
      // Not before: once it is the past, the request may still come again and get its first answer.
      if (until && !isFuture(until)) throw invalidField('until', 'until must be in the future');
      return this.repository.update(tx, target, { snoozed_until: until }, 'refused');
    });
  }

  async remove({ context, ...change }: TaskChange): Promise<void> {
    const target = targetOf(context, change);
    await this.database.transaction(context, async (tx) => {
      const removed = await this.repository.remove(tx, target);
      if (!removed) throw await this.refusal(tx, target, context);
      context.resourceId = removed.id;
    });
  }

  private async apply(
    { context, key, ...change }: TaskChange,
    attempt: (tx: Queryable, target: Target) => Promise<StoredTask | undefined>,
  ): Promise<ChangedTask> {
    const target = targetOf(context, change);
    context.outcome = this.repository.outcome(target);
    const changed = await this.repeatable.once(context, key, (tx) => attempt(tx, target));
    if (!changed) throw await this.refusal(this.database, target, context);
    return changed;
  }

  private async refusal(
    tx: Queryable,
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

function targetOf(
  context: RequestContext,
  { ref, versions }: Pick<TaskChange, 'ref' | 'versions'>,
): Target {
  return { requestId: context.id, userId: context.userId, ref, versions };
}
