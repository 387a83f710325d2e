import { type ListTasksDto } from './dto/list-tasks.dto.js';
import { type TaskStatus } from './dto/task-status.js';
import { type SqlParameters } from './sql-parameters.js';
import { statusAt } from './task-json.js';

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
 * The SQL conditions for the task `t`. Texts are few whatever the filters are, for each is prepared on every
 * connection: a filter without an index is there even when it narrows nothing.
 *
 * @param now SQL of the moment at which a snooze is over or not
 */
export function conditions(filters: TaskFilters, now: string, sql: SqlParameters): string[] {
  const { status, tags = [], q, minPriority = 1 } = filters;
  return [
    `t.priority >= ${sql.of(minPriority)}::int`,
    `t.tags @> ${sql.of(tags)}::text[]`,
    ...(status === undefined ? [] : statusConditions(status, now, sql)),
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

/** The first condition and, for sleeping tasks alone, the last are what an index can answer. */
function statusConditions(status: TaskStatus[], now: string, sql: SqlParameters): string[] {
  const stored = status.flatMap((read) => (read === 'snoozed' ? ['pending', 'in_progress'] : read));
  const isSleepOnly = status.every((read) => read === 'snoozed');
  return [
    `t.status = ANY (${sql.of([...new Set(stored)])}::text[])`,
    `${statusAt(now)} = ANY (${sql.of(status)}::text[])`,
    ...(isSleepOnly ? [`t.snoozed_until > ${now}`] : []),
  ];
}
