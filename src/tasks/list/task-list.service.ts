import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.js';
import { type CursorPosition, Cursors } from '../../http/cursors.js';
import { type TaskFilters } from './task-filters.js';
import { scoredListStatement } from './scored-list.query.js';
import {
  isReadOffIndex,
  type PageQuery,
  taskListStatement,
  type TaskListRow,
} from './task-list.query.js';
import { isScoreSort, taskOrder, type TaskSort } from './task-order.js';

export interface TaskList {
  /** The operation, for its cursors to be its own. */
  operation: string;
  userId: string;
  filters: TaskFilters;
  sort: TaskSort;
}

export interface PageRequest {
  limit: number;
  cursor?: string | undefined;
}

/** How many pages share a connection: the last waits for the others, some half a millisecond each. */
const PAGES_AT_ONCE = 8;

/** Pages of tasks, handed on as the JSON text that PostgreSQL builds. */
@Injectable()
export class TaskListService {
  constructor(
    private readonly database: Database,
    private readonly cursors: Cursors,
  ) {}

  /**
   * The page after the cursor as `{"items":[…],"nextCursor":…}`. Pages of a list that filters by status or sorts by
   * score all see it as it was at the first page, so that a task that wakes in between is neither skipped nor repeated.
   *
   * @throws ProblemError `invalid_cursor` when the cursor is that of another list
   */
  async page(list: TaskList, { limit, cursor }: PageRequest): Promise<string> {
    const { userId, filters, sort } = list;
    const scope = JSON.stringify(list);
    const position = cursor === undefined ? null : this.cursors.open(scope, cursor);
    const [moment = null, ...after] = position ?? [];
    const request = {
      userId,
      filters,
      limit,
      after: position && after,
      moment: moment as string | null,
    };
    const [row] = (await this.read(request, sort)) as [TaskListRow];
    const nextCursor = row.hasMore ? this.cursors.seal(scope, nextPosition(list, row)) : null;
    return `{"items":[${row.items ?? ''}],"nextCursor":${JSON.stringify(nextCursor)}}`;
  }

  private read(request: PageQuery, sort: TaskSort): Promise<TaskListRow[]> {
    if (isScoreSort(sort)) {
      const { text, values } = scoredListStatement({ ...request, sort });
      return this.database.query(text, values);
    }
    const ordered = { ...request, order: taskOrder(sort) };
    const { text, values } = taskListStatement(ordered);
    return isReadOffIndex(ordered)
      ? this.database.lookUp(text, values, PAGES_AT_ONCE)
      : this.database.query(text, values);
  }
}

function nextPosition({ filters, sort }: TaskList, { moment, last }: TaskListRow): CursorPosition {
  const isPinned = filters.status !== undefined || isScoreSort(sort);
  return [isPinned ? moment : null, ...(last ?? [])];
}
