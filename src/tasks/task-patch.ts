import { invalidField } from '../http/problem.js';
import { type TaskStatus } from './dto/task-status.js';
import { type UpdateTaskDto } from './dto/update-task.dto.js';

/** New values of columns of `tasks`. Columns that are undefined or missing keep theirs. */
export interface TaskPatch {
  title?: string | undefined;
  description?: string | null | undefined;
  status?: Exclude<TaskStatus, 'snoozed'> | undefined;
  priority?: number | undefined;
  impact?: number | undefined;
  due_date?: Date | null | undefined;
  snoozed_until?: Date | null | undefined;
  effort_estimate_minutes?: number | null | undefined;
  tags?: string[] | undefined;
}

interface Snooze {
  status?: TaskStatus | undefined;
  snoozedUntil?: Date | null | undefined;
}

/** What a PATCH means for the stored row: being snoozed is a moment there, and any status given wakes the task. */
export function taskPatch(dto: UpdateTaskDto): TaskPatch {
  const { status, snoozedUntil } = dto;
  const wakes = status !== undefined && status !== 'snoozed' && snoozedUntil === undefined;
  return {
    title: dto.title,
    description: dto.description,
    status: status === 'snoozed' ? undefined : status,
    priority: dto.priority,
    impact: dto.impact,
    due_date: dto.dueDate,
    snoozed_until: wakes ? null : snoozedUntil,
    effort_estimate_minutes: dto.effortEstimateMinutes,
    tags: dto.tags && [...new Set(dto.tags)],
  };
}

/** Whether the change puts a task to sleep that it does not itself reopen. */
export function snoozesOpenTask({ status, snoozedUntil }: Snooze): boolean {
  return snoozedUntil instanceof Date && (status === undefined || status === 'snoozed');
}

/** @throws ProblemError `validation_failed` when the status and the moment contradict each other */
export function refuseContradiction({ status, snoozedUntil }: Snooze): void {
  if (status === 'snoozed' && !(snoozedUntil instanceof Date && isFuture(snoozedUntil))) {
    throw invalidField('snoozedUntil', 'snoozedUntil must be in the future when status is snoozed');
  }
  if (status === 'completed' && snoozedUntil instanceof Date) {
    throw invalidField('snoozedUntil', 'snoozedUntil must be left out when status is completed');
  }
}

export function isFuture(moment: Date): boolean {
  return moment.getTime() > Date.now();
}
