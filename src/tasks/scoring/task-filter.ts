import { type BestQuery } from './best-query.js';
import { EFFORT_MINUTES } from './score.js';
import { sql } from './sql.js';

/** SQL conditions over a task `t` that keep it from being named; `false` where nothing was asked. */
export interface TaskFilter {
  untagged: string;
  excluded: string;
  tooLong: string;
}

/** What the query keeps out, as SQL; appends the parameters it takes to `values`. */
export function taskFilter(query: BestQuery, values: unknown[]): TaskFilter {
  const parameter = (value: unknown): string => sql`$${values.push(value)}`;
  const { tags, exclude, availableMinutes } = query;
  return {
    untagged: tags.length > 0 ? sql`(NOT t.tags @> ${parameter(tags)}::text[])` : 'false',
    excluded:
      exclude.ids.length + exclude.numbers.length > 0
        ? sql`(t.id = ANY (${parameter(exclude.ids)}::uuid[]) OR t.number = ANY (${parameter(exclude.numbers)}::bigint[]))`
        : 'false',
    tooLong:
      availableMinutes === null
        ? 'false'
        : sql`(${EFFORT_MINUTES} > ${parameter(availableMinutes)}::int)`,
  };
}
