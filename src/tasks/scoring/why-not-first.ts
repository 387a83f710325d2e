import { type BestRow, type Pick } from './best-row.js';
import { partOfDay } from './components.js';
import { quoted, sentence } from './phrases.js';
import { habitTag, tagsAmong } from './pick-tags.js';
import { dueWords, effortWords, pressure, slackWords, waitWords } from './pressure.js';
import type { Adjustment, Factor } from './score.js';

interface Rivals {
  first: Pick;
  other: Pick;
  row: BestRow;
}

/** What the other one lacks, factor by factor. */
const SHORTCOMINGS: Record<Factor | Adjustment, (rivals: Rivals) => string> = {
  urgency: ({ first, other, row }) => {
    const due = `it is less urgent: ${dueWords(other, row.localTime)}`;
    if (pressure(other) === 'undated')
      return first.dueLocal === null ? `it has waited less: ${waitWords(other)}` : due;
    return `${due}, ${slackWords(other)}`;
  },
  priority: ({ first, other }) =>
    `its priority is lower: ${String(other.task.priority)} against ${String(first.task.priority)}`,
  impact: ({ first, other }) =>
    `its impact is lower: ${String(other.task.impact)} against ${String(first.task.impact)}`,
  effort: ({ first, other }) =>
    `it takes longer: ${effortWords(other)} against ${effortWords(first)}`,
  context: ({ first, other, row }) =>
    other.values.context < 0
      ? `it suits another time: tagged ${quoted(tagsAmong(other, row.clashingTags))}`
      : `the first fits this moment better: tagged ${quoted(tagsAmong(first, row.fittingTags))}`,
  in_progress: () => 'the first is already started',
  habit: ({ first, other, row }) =>
    other.values.habit < 0
      ? `you seldom do ${quoted([habitTag(other, row)])} ${partOfDay(row)}`
      : `you usually do ${quoted([habitTag(first, row)])} ${partOfDay(row)}`,
};

/** The one thing that made an alternative lose against the first: the term that cost it the most points. */
export function whyNotFirst(rivals: Rivals): string {
  const { first, other } = rivals;
  if (first.score === other.score) return tie(rivals);
  const deficit = (factor: Factor | Adjustment): number =>
    first.hundredths[factor] - other.hundredths[factor];
  const [decisive] = (Object.keys(SHORTCOMINGS) as (Factor | Adjustment)[]).sort(
    (one, another) => deficit(another) - deficit(one),
  );
  return sentence(SHORTCOMINGS[decisive ?? 'urgency'](rivals));
}

function tie({ first, other }: Rivals): string {
  return first.task.createdAt === other.task.createdAt
    ? 'It scores the same and comes later in your list.'
    : 'It scores the same, and the older task goes first.';
}
