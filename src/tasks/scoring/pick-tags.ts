import { type BestRow, type Pick } from './best-row.js';

/** The tags of a task that are among some others. */
export function tagsAmong({ task }: Pick, others: readonly string[]): string[] {
  return task.tags.filter((tag) => others.includes(tag));
}

/** The tag whose habit moved the task: the strongest it has. */
export function habitTag({ task }: Pick, { habitTags }: BestRow): string {
  return habitTags.find((tag) => task.tags.includes(tag)) ?? '';
}
