import { type BestRow, type Pick } from './best-row.js';
import { ADJUSTMENT_POINTS } from './curves.js';
import { habitTag, tagsAmong } from './pick-tags.js';
import { quoted, sentence } from './phrases.js';
import { dueWords, effortWords, pressure, slackWords, waitWords } from './pressure.js';
import type { Adjustment, Factor } from './score.js';

/** One of the terms a score is the sum of. */
export interface Component {
  factor: Factor | Adjustment | 'limit';
  /** 0 to 1 for a factor, -1 to 1 for an adjustment. */
  value: number;
  /** The most points it could give. */
  weight: number;
  /** Points it gives, with two decimals. */
  points: number;
  why: string;
}

const ORDER = [
  'urgency',
  'priority',
  'impact',
  'effort',
  'context',
  'in_progress',
  'habit',
] as const;
const FACTORS = ORDER.slice(0, 4);

/** The terms of a score: the four factors, then each adjustment that moved it, then the limit where it held. */
export function components(pick: Pick, row: BestRow): Component[] {
  const terms = ORDER.filter(
    (factor) => FACTORS.includes(factor) || pick.hundredths[factor] !== 0,
  ).map((factor) => ({
    factor,
    value: rounded(pick.values[factor], 4),
    weight: weightOf(factor, row),
    points: pick.hundredths[factor] / 100,
    why: sentence(WHY[factor](pick, row)),
  }));
  return [...terms, ...limit(pick)];
}

function weightOf(factor: Factor | Adjustment, { weights }: BestRow): number {
  if (factor in ADJUSTMENT_POINTS)
    return rounded(
      (ADJUSTMENT_POINTS[factor as Adjustment] * (100 - Math.max(...weights))) / 100,
      2,
    );
  return weights[FACTORS.indexOf(factor)] ?? 0;
}

/** What the ends of the scale took away or gave. */
function limit(pick: Pick): Component[] {
  const sum = ORDER.reduce((total, factor) => total + pick.hundredths[factor], 0);
  const points = (Math.round(pick.score * 100) - sum) / 100;
  if (points === 0) return [];
  const why = points < 0 ? 'A score ends at 100.' : 'A score begins at 0.';
  return [{ factor: 'limit', value: Math.sign(points), weight: Math.abs(points), points, why }];
}

type Words = (pick: Pick, row: BestRow) => string;

const WHY: Record<Factor | Adjustment, Words> = {
  urgency: (pick, { localTime }) => {
    const due = dueWords(pick, localTime);
    if (pressure(pick) === 'undated') return `${due}, ${waitWords(pick)}`;
    return pick.overdue ? due : `${due}, ${slackWords(pick)}`;
  },
  priority: ({ task }) => `priority ${String(task.priority)} of 5`,
  impact: ({ task }) => `impact ${String(task.impact)} of 5`,
  effort: (pick) => `takes ${effortWords(pick)}`,
  context: (pick, row) =>
    pick.values.context > 0
      ? `tagged ${quoted(tagsAmong(pick, row.fittingTags))}, which fits this moment`
      : `tagged ${quoted(tagsAmong(pick, row.clashingTags))}, which suits another time`,
  in_progress: () => 'already started',
  habit: (pick, row) =>
    `you ${pick.values.habit > 0 ? 'usually' : 'seldom'} do ${quoted([habitTag(pick, row)])} ${partOfDay(row)}`,
};

/** The part of the day in words. */
export function partOfDay({ dayPart }: { dayPart: string }): string {
  return dayPart === 'night' ? 'at night' : `in the ${dayPart}`;
}

function rounded(value: number, decimals: number): number {
  return Math.round(value * 10 ** decimals) / 10 ** decimals;
}
