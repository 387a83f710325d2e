import { sql } from './sql.js';

/** Parts of the local day, by hour: from (inclusive) until (exclusive); the night runs past midnight. */
export const DAY_PARTS = [
  { name: 'morning', from: 5, until: 12 },
  { name: 'afternoon', from: 12, until: 17 },
  { name: 'evening', from: 17, until: 22 },
  { name: 'night', from: 22, until: 5 },
] as const;

export type DayPart = (typeof DAY_PARTS)[number]['name'];

/**
 * What the context tags mean, in the user's own time. A task is lifted while a tag of it `fits`, sinks while one
 * `clashes`, and stays where it is in between (and when one tag fits while another clashes).
 *
 * The conditions are SQL over the columns of `moment`: `day_part`, `hour`, `at_work` (inside a shift), `fresh` (in the
 * first half of one) and `day_off` (not one of the user's work days; Saturday and Sunday for who works all seven).
 */
const CONTEXT_TAGS = [
  ...DAY_PARTS.map(({ name }) => ({
    tag: name,
    fits: `day_part = '${name}'`,
    clashes: `day_part <> '${name}'`,
  })),
  { tag: 'deep-work', fits: 'fresh', clashes: 'NOT at_work' },
  {
    tag: 'errand',
    fits: 'NOT at_work AND hour BETWEEN 8 AND 19',
    clashes: 'at_work OR hour NOT BETWEEN 8 AND 19',
  },
  { tag: 'weekend', fits: 'day_off AND NOT at_work', clashes: 'at_work OR NOT day_off' },
] as const;

/** The parts of the day as a table: name, local time it starts at, how long it lasts. */
export const DAY_PART_TABLE = sql`(VALUES ${DAY_PARTS.map(
  ({ name, from, until }) =>
    sql`('${name}', interval '${from} hours', time '${String((until - from + 24) % 24)}:00')`,
).join(', ')}) AS part (day_part, part_start, part_length)`;

/** SQL for an array of the context tags whose condition holds, over the columns of `moment`. */
function tagsThat(relation: 'fits' | 'clashes'): string {
  const cases = CONTEXT_TAGS.map((row) => sql`CASE WHEN ${row[relation]} THEN '${row.tag}' END`);
  return sql`array_remove(ARRAY[${cases.join(', ')}]::text[], NULL)`;
}

/** One row: the tags that fit and those that clash at the moment asked about. Reads `preference` and `calendar`. */
export const CONTEXT_CTES = sql`
moment AS (
  SELECT p.day_part,
         extract(hour FROM p.local)::int AS hour,
         coalesce(p.epoch < c.shift_lead[latest] + c.shift_total[latest], false) AS at_work,
         coalesce(p.epoch < (c.shift_opens[latest] + c.shift_lead[latest] + c.shift_total[latest]) / 2, false) AS fresh,
         extract(isodow FROM p.local)::int <> ALL (
           CASE cardinality(p.work_days) WHEN 7 THEN '{1,2,3,4,5}' ELSE p.work_days END) AS day_off
  FROM preference p
  CROSS JOIN calendar c
  CROSS JOIN LATERAL (SELECT width_bucket(p.epoch, c.shift_opens) AS latest) AS shift_begun
),
context AS (
  SELECT ${tagsThat('fits')} AS fitting_tags, ${tagsThat('clashes')} AS clashing_tags FROM moment
)`;
