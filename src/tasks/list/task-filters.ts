import { type ListTasksDto } from '../dto/list-tasks.dto.js';
import { type TaskStatus } from '../dto/task-status.js';
import { type SqlParameters } from './sql-parameters.js';

/** What narrows a list of tasks. Undefined narrows nothing. */
export interface TaskFilters {
  /** As it is read, not as it is stored. */
  status?: TaskStatus[] | undefined;
  /** All must match. */
  tags?: string[] | undefined;
  /** In the language of `websearch_to_tsquery`. */
  q?: string | undefined;
  dueBefore?: Date | undefined;
  /** Inclusive. */
  dueAfter?: Date | undefined;
  minPriority?: number | undefined;
}

/** The filters of a query, the same for the same list: in any order, and given once or twice. */
export function taskFilters(query: ListTasksDto): TaskFilters {
  const { status, tag, q, dueBefore, dueAfter, minPriority } = query;
  return {
    status: status && [...new Set(status)].sort(),
    tags: tag && [...new Set(tag)].sort(),
    q,
    dueBefore,
    dueAfter,
    minPriority,
  };
}

/**
 * The SQL conditions for the task `t`. A filter that narrows nothing has none: the planner would count it in before it
 * knows its value.
 *
 * @param now SQL of the moment at which a snooze is over or not
 */
export function conditions(filters: TaskFilters, now: string, sql: SqlParameters): string[] {
  const { status, tags, q, minPriority } = filters;
  return [
    ...(status === undefined ? [] : statusConditions(status, now, sql)),
    ...(tags === undefined ? [] : [`t.tags @> ${sql.of(tags)}::text[]`]),
    ...(minPriority === undefined ? [] : [`t.priority >= ${sql.of(minPriority)}::int`]),
    ...dueConditions(filters, sql),
    ...(q === undefined ? [] : [searchCondition(q, sql)]),
  ];
}

function dueConditions({ dueAfter, dueBefore }: TaskFilters, sql: SqlParameters): string[] {
  if (dueAfter === undefined && dueBefore === undefined) return [];
  return [
    `t.due_date >= ${sql.of(dueAfter ?? '-infinity')}::timestamptz`,
    `t.due_date < ${sql.of(dueBefore ?? 'infinity')}::timestamptz`,
  ];
}

/** The left side is the expression of `tasks_search_idx`. */
function searchCondition(q: string, sql: SqlParameters): string {
  return `to_tsvector('simple', t.title || ' ' || coalesce(t.description, ''))
    @@ websearch_to_tsquery('simple', ${sql.of(q)})`;
}

/** As in the predicate of `tasks_open_idx`: a generic plan can use that index only when it reads the same. */
const IS_OPEN = `t.status IN ('pending', 'in_progress')`;

/** Plain comparisons, so that the planner can estimate them and use the indexes of both columns. */
function statusConditions(status: TaskStatus[], now: string, sql: SqlParameters): string[] {
  const stored = status.filter((read) => read !== 'snoozed');
  const asleep = `${IS_OPEN} AND t.snoozed_until > ${now}`;
  if (stored.length === 0) return [asleep];
  const isStored = storedAsOneOf(stored, sql);
  if (stored.length < status.length) return [`(${isStored} OR (${asleep}))`];
  return [
    isStored,
    `(t.snoozed_until IS NULL OR t.snoozed_until <= ${now} OR t.status = 'completed')`,
  ];
}

function storedAsOneOf(stored: TaskStatus[], sql: SqlParameters): string {
  const isEveryOpen = stored.length === 2 && !stored.includes('completed');
  return isEveryOpen ? IS_OPEN : `t.status = ANY (${sql.of(stored)}::text[])`;
}
