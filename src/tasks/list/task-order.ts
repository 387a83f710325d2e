/** What a list can be sorted by. Every order ends with the number, which no two tasks of a user share. */
const SORT_KEYS = {
  createdAt: { column: 't.created_at', type: 'timestamptz', isNullable: false, isIndexed: true },
  updatedAt: { column: 't.updated_at', type: 'timestamptz', isNullable: false, isIndexed: false },
  dueDate: { column: 't.due_date', type: 'timestamptz', isNullable: true, isIndexed: true },
  priority: { column: 't.priority', type: 'int', isNullable: false, isIndexed: false },
  number: { column: 't.number', type: 'int', isNullable: false, isIndexed: true },
} as const;

/** The sorts by a column; a leading `-` is descending. */
export type ColumnSort = keyof typeof SORT_KEYS | `-${keyof typeof SORT_KEYS}`;
export type ScoreSort = 'score' | '-score';
export type TaskSort = ColumnSort | ScoreSort;

export const TASK_SORTS = [...Object.keys(SORT_KEYS), 'score'].flatMap((key) => [
  key,
  `-${key}`,
]) as TaskSort[];

export function isScoreSort(sort: TaskSort): sort is ScoreSort {
  return sort === 'score' || sort === '-score';
}

/** An order of tasks in SQL: `keys` are compared one after the other, all in the same direction, nulls last. */
export interface TaskOrder {
  keys: { column: string; type: string }[];
  direction: 'ASC' | 'DESC';
  /** Whether the first key can be null. */
  isNullable: boolean;
  /** Whether there is an index of all tasks of a user in this order. */
  isIndexed: boolean;
}

export function taskOrder(sort: ColumnSort): TaskOrder {
  const isDescending = sort.startsWith('-');
  const name = sort.replace('-', '') as keyof typeof SORT_KEYS;
  const { isNullable, isIndexed, ...key } = SORT_KEYS[name];
  return {
    keys: name === 'number' ? [key] : [key, SORT_KEYS.number],
    direction: isDescending ? 'DESC' : 'ASC',
    isNullable,
    isIndexed,
  };
}
