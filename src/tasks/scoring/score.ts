import { workedUntil } from './calendar.js';
import { ASSUMED_EFFORT_MINUTES, EFFORT, RATING, UNDATED, URGENCY } from './curves.js';
import { sql } from './sql.js';

/*
 * SQL of one task's score: alias `t` is the task, `k` the one-row `clock`. Points are whole hundredths throughout, so that
 * the components add up to the score exactly.
 */

const dueEpoch = "date_part('epoch', t.due_date)";

/** Days since the task was created, 0 for one created after the moment of scoring. */
export const AGE_DAYS = "greatest(k.epoch - date_part('epoch', t.created_at), 0) / 86400";

/** Minutes the task needs, assumed when there is no estimate. */
export const EFFORT_MINUTES = sql`coalesce(t.effort_estimate_minutes, ${ASSUMED_EFFORT_MINUTES})`;

/** Working seconds between the moment of scoring and the due date, 0 once it has passed. For dated tasks only. */
const workingSecondsLeft = sql`greatest(${workedUntil(dueEpoch, 'k')} - k.worked, 0)`;

/** Working minutes until the due date: null without one, 0 once it has passed. */
export const WORKING_MINUTES_LEFT = sql`CASE WHEN t.due_date IS NOT NULL THEN ${workingSecondsLeft} / 60 END`;

/** Whether the task is neither completed nor asleep at the moment of scoring. */
export const ACTIONABLE = sql`t.status IN ('pending', 'in_progress') AND (t.snoozed_until IS NULL OR t.snoozed_until <= k.at)`;

/** SQL of h / (h + x): 1 at x = 0, half at x = h, never 0. */
function hyperbola(half: string, x: string): string {
  return sql`${half} / (${half} + ${x})`;
}

/** SQL of a rating's value: linear from 0 for the lowest to 1 for the highest. */
export function rating(column: string): string {
  return sql`(${column} - ${RATING.lowest}) / ${RATING.highest - RATING.lowest}::float8`;
}

const slackUrgency = hyperbola(
  sql`(${URGENCY.halfSlack * 60}::float8 * (${EFFORT_MINUTES} + ${URGENCY.marginMinutes}))`,
  workingSecondsLeft,
);
const calendarUrgency = hyperbola(
  sql`${URGENCY.halfDays * 86_400}::float8`,
  sql`(${dueEpoch} - k.epoch)`,
);
const youth = hyperbola(sql`${UNDATED.halfAgeDays}::float8`, AGE_DAYS);

/** The four factors as values from 0 to 1 (float8). */
export const FACTOR_VALUES = {
  urgency: sql`CASE
    WHEN t.due_date IS NULL THEN ${UNDATED.ceiling} - (${UNDATED.ceiling} - ${UNDATED.floor}) * ${youth}
    WHEN t.due_date <= k.at THEN 1
    ELSE ${URGENCY.floor} + (1 - ${URGENCY.floor}) * (
      (1 - ${URGENCY.calendarShare}) * ${slackUrgency} + ${URGENCY.calendarShare} * ${calendarUrgency})
    END`,
  priority: rating('t.priority'),
  impact: rating('t.impact'),
  effort: hyperbola(sql`${EFFORT.halfMinutes}::float8`, EFFORT_MINUTES),
} as const;

/** Position in `habit_tags` of the task's strongest habit, null without one. */
const habitIndex = sql`CASE WHEN t.tags && k.habit_tags THEN
    (SELECT min(array_position(k.habit_tags, tag)) FROM unnest(t.tags) AS tag) END`;

/** What adjusts the score, as values from -1 to 1. */
export const ADJUSTMENT_VALUES = {
  context: sql`((t.tags && k.fitting_tags)::int - (t.tags && k.clashing_tags)::int)`,
  in_progress: sql`(t.status = 'in_progress')::int`,
  habit: sql`coalesce(k.habit_values[${habitIndex}], 0)`,
} as const;

export type Factor = keyof typeof FACTOR_VALUES;
export type Adjustment = keyof typeof ADJUSTMENT_VALUES;

const hundredths = (value: string, most: string): string => sql`round(${value} * k.${most} * 100)`;

/** Hundredths of a point that each factor and each adjustment gives, rounded one by one. */
export const HUNDREDTHS: Record<Factor | Adjustment, string> = {
  urgency: hundredths(FACTOR_VALUES.urgency, 'weight_urgency'),
  priority: hundredths(FACTOR_VALUES.priority, 'weight_priority'),
  impact: hundredths(FACTOR_VALUES.impact, 'weight_impact'),
  effort: hundredths(FACTOR_VALUES.effort, 'weight_effort'),
  context: hundredths(ADJUSTMENT_VALUES.context, 'context_room'),
  in_progress: hundredths(ADJUSTMENT_VALUES.in_progress, 'in_progress_room'),
  habit: hundredths(ADJUSTMENT_VALUES.habit, 'habit_room'),
};

/** Hundredths of the four factors together, 0 to 10000. */
export const FACTOR_HUNDREDTHS = sql`(${HUNDREDTHS.urgency} + ${HUNDREDTHS.priority} + ${HUNDREDTHS.impact} + ${HUNDREDTHS.effort})`;

/** The score, 0 to 100 with two decimals (float8): the one expression by which tasks are ordered. */
export const SCORE = sql`least(greatest(${Object.values(HUNDREDTHS).join(' + ')}, 0), 10000) / 100`;
