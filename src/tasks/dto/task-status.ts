/** As clients read and write it. Stored are only the others: being snoozed is a moment. */
export const TASK_STATUSES = ['pending', 'in_progress', 'completed', 'snoozed'] as const;

export type TaskStatus = (typeof TASK_STATUSES)[number];
