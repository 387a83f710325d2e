import { PICK_JSON } from './best-json.js';
import { type BestQuery } from './best-query.js';
import { candidateCtes } from './candidates.js';
import { CLOCK_CTES } from './clock.js';
import { isoMoment, localTime } from './moments.js';
import { taskFilter } from './task-filter.js';
import { sql } from './sql.js';

/** An SQL text with its parameters. The text depends on the shape of what is asked alone, so that it can be prepared by its text. */
export interface Statement {
  text: string;
  values: unknown[];
}

/**
 * The one statement behind a recommendation. Returns one row with one column, `answer` (a `BestRow`), or no row for a user
 * without preferences.
 */
export function bestStatement(query: BestQuery): Statement {
  const { userId, at, weights, alternatives } = query;
  const values: unknown[] = [
    userId,
    at,
    weights && [weights.urgency, weights.priority, weights.impact, weights.effort],
    alternatives + 1,
  ];
  const { untagged, excluded, tooLong } = taskFilter(query, values);
  const kept = [untagged, excluded, tooLong]
    .filter((condition) => condition !== 'false')
    .map((condition) => sql` AND NOT ${condition}`);
  return { text: textFor(kept.join('')), values };
}

/** By what is kept out: there are eight kinds, and making a text takes longer than anything else on this side. */
const texts = new Map<string, string>();

function textFor(filter: string): string {
  let text = texts.get(filter);
  if (text === undefined) {
    text = textWith(filter);
    texts.set(filter, text);
  }
  return text;
}

function textWith(filter: string): string {
  return sql`WITH ${CLOCK_CTES},${candidateCtes(filter)}
SELECT json_build_object(
  'evaluatedAt', ${isoMoment('k.at')}, 'localTime', ${localTime('k.at')}, 'timezone', k.timezone,
  'dayPart', k.day_part, 'weights', k.weights, 'fittingTags', k.fitting_tags, 'clashingTags', k.clashing_tags,
  'habitTags', k.habit_tags,
  'picks', coalesce((
    SELECT json_agg(${PICK_JSON} ORDER BY best.score DESC, best.created_at, best.number)
    FROM best JOIN tasks t ON t.user_id = $1 AND t.id = best.id), '[]')) AS answer
FROM clock k`;
}
