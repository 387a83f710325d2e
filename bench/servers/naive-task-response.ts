import { type Task } from '../../src/tasks/task.entity.js';

export type NaiveTask = Omit<Task, 'status' | 'lastRequestId'> & {
  status: string;
  isCompleted: boolean;
  lastRequestId?: undefined;
};

/** The entity as clients read it. */
export function taskResponse(task: Task): NaiveTask {
  const isCompleted = task.status === 'completed';
  const isAsleep = !isCompleted && task.snoozedUntil !== null && task.snoozedUntil > new Date();
  return {
    ...(task as object as NaiveTask),
    lastRequestId: undefined,
    status: isAsleep ? 'snoozed' : task.status,
    isCompleted,
  };
}
