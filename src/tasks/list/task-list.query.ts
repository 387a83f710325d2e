import { type CursorPosition } from '../../http/cursors.js';
import { SqlParameters } from './sql-parameters.js';
import { conditions, type TaskFilters } from './task-filters.js';
import { taskJson } from '../task-json.js';
import { type TaskOrder } from './task-order.js';

export interface PageQuery {
  userId: string;
  filters: TaskFilters;
  limit: number;
  /** The values of the order's keys in the last task of the page before; null for the first page. */
  after: CursorPosition | null;
  /** The moment that the list is pinned to; null for now. */
  moment: string | null;
}

export interface TaskListRequest extends PageQuery {
  order: TaskOrder;
}

/** The one row that a list statement returns. */
export interface TaskListRow {
  /** The tasks of the page as JSON texts, separated by commas; null when there are none. */
  items: string | null;
  hasMore: boolean;
  /** The values of the order's keys in the page's last task, if the page is full. */
  last: CursorPosition | null;
  /** What `moment` was, or now. */
  moment: string;
}

/** The parameters that every such statement begins with. */
const USER = '$1';
const SIZE = '$2::int';
const NOW = 'coalesce($3::timestamptz, now())';

/**
 * What a page reads at most, one task ahead included, as literals: with a parameter in its place PostgreSQL expects a
 * tenth of all tasks and makes a plan of its own for every page, which takes longer than reading it.
 */
const READ_AHEAD = [51, 101];

const ITEMS = `string_agg(${taskJson(NOW)}, ',') FILTER (WHERE position <= ${SIZE})`;

/** Whether the page is read straight off an index, however much its user has stored. */
export function isReadOffIndex({ filters, order }: TaskListRequest): boolean {
  return order.isIndexed && Object.values(filters).every((filter) => filter === undefined);
}

/** One statement that reads a page and looks one task ahead. */
export function taskListStatement(request: TaskListRequest): { text: string; values: unknown[] } {
  const { order, userId, filters, limit, moment } = request;
  const sql = new SqlParameters();
  for (const value of [userId, limit, moment]) sql.of(value);
  const most = READ_AHEAD.find((bound) => bound > limit) ?? limit + 1;
  const matching = [`t.user_id = ${USER}`, ...conditions(filters, NOW, sql)];
  const parts = stretches(request, sql).map(
    (stretch) => `(
      SELECT t.* FROM tasks t WHERE ${[...matching, ...stretch].join(' AND ')}
      ORDER BY ${ordering(order)} LIMIT ${String(most)})`,
  );
  const keys = order.keys.map(({ column }) => column).join(', ');
  // One stretch comes in order, and as long as no aggregate sorts and nothing is joined above it, it stays in order.
  // Sorting it once more would take a tenth of the whole.
  const inOrder = parts.length > 1 ? `ORDER BY ${ordering(order, 'NULLS LAST')}` : '';
  return {
    text: `
      SELECT ${ITEMS} AS items,
        count(*) > ${SIZE} AS "hasMore",
        json_agg(json_build_array(${keys})) FILTER (WHERE position = ${SIZE}) -> 0 AS last,
        (${NOW})::text AS moment
      FROM (
        SELECT t.*, row_number() OVER (${inOrder}) AS position
        FROM (${parts.join(' UNION ALL ')}) t
      ) t`,
    values: sql.values,
  };
}

/**
 * The conditions of each stretch of the order that the page may touch. A nullable key makes two, the tasks that have
 * it and those that have not, because an index is read in order only within one of them.
 */
function stretches({ order, after }: TaskListRequest, sql: SqlParameters): string[][] {
  const [first = { column: '', type: '' }, ...rest] = order.keys;
  const beyond = (keys: TaskOrder['keys'], values: CursorPosition): string => {
    const columns = keys.map(({ column }) => column).join(', ');
    const bounds = keys.map(({ type }, index) => `${sql.of(values[index])}::${type}`).join(', ');
    return `(${columns}) ${order.direction === 'ASC' ? '>' : '<'} (${bounds})`;
  };
  if (!order.isNullable) return [after ? [beyond(order.keys, after)] : []];
  const without = `${first.column} IS NULL`;
  if (after?.[0] === null) return [[without, beyond(rest, after.slice(1))]];
  const having = after ? [beyond(order.keys, after)] : [];
  return [[`${first.column} IS NOT NULL`, ...having], [without]];
}

function ordering({ keys, direction }: TaskOrder, nulls: string = ''): string {
  return keys.map(({ column }) => `${column} ${direction} ${nulls}`).join(', ');
}
