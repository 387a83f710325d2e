import { type BestRow, type Pick } from './best-row.js';
import { partOfDay } from './components.js';
import { duration, enumerated, quoted } from './phrases.js';
import { habitTag, tagsAmong } from './pick-tags.js';
import {
  dueWords,
  effortMinutes,
  effortWords,
  pressure,
  slackWords,
  waitWords,
} from './pressure.js';
import type { Adjustment, Factor } from './score.js';

/** Efforts up to this many minutes are worth calling short. */
const SHORT_MINUTES = 30;

/** Urgency from which a due date ahead is worth naming. */
const PRESSING = 0.35;

/** A sentence says no more than this many things. */
const MOST_CLAUSES = 3;

/** What there is to say for a task about one factor; null where nothing speaks for it. */
type Argument = (pick: Pick, row: BestRow) => string | null;

const ARGUMENTS: Record<Factor | Adjustment, Argument> = {
  urgency: (pick, { localTime }) => {
    const due = `it ${pick.overdue ? 'has been' : 'is'} ${dueWords(pick, localTime)}`;
    if (pressure(pick) === 'late') return `${due} and ${slackWords(pick)}`;
    return pick.overdue || (pick.dueLocal !== null && pick.values.urgency >= PRESSING) ? due : null;
  },
  priority: ({ task }) => highest('priority', task.priority),
  impact: ({ task }) => highest('impact', task.impact),
  effort: (pick) =>
    pick.task.effortEstimateMinutes !== null && effortMinutes(pick) <= SHORT_MINUTES
      ? `it takes only ${effortWords(pick)}`
      : null,
  context: (pick, row) =>
    pick.values.context > 0 ? `${quoted(tagsAmong(pick, row.fittingTags))} fits this moment` : null,
  in_progress: (pick) => (pick.values.in_progress > 0 ? 'you have already started it' : null),
  habit: (pick, row) =>
    pick.values.habit > 0
      ? `you usually do ${quoted([habitTag(pick, row)])} ${partOfDay(row)}`
      : null,
};

function highest(what: string, rating: number): string | null {
  if (rating === 5) return `it has the highest ${what}`;
  return rating === 4 ? `its ${what} is high` : null;
}

/** Why this task is the one to do, as a person would say it. `availableMinutes` is the time at hand, if it was said. */
export function reason(pick: Pick, row: BestRow, availableMinutes: number | null): string {
  const clauses = (Object.keys(ARGUMENTS) as (Factor | Adjustment)[])
    .filter((factor) => pick.hundredths[factor] > 0)
    .sort((one, other) => pick.hundredths[other] - pick.hundredths[one])
    .map((factor) => ARGUMENTS[factor](pick, row))
    .filter((clause) => clause !== null)
    .slice(0, MOST_CLAUSES);
  const fits =
    availableMinutes === null
      ? ''
      : ` It fits into ${duration(availableMinutes)}: ${effortWords(pick)}.`;
  const opening = pick.task.status === 'in_progress' ? 'Carry on with this' : 'Do this now';
  return `${opening}: ${enumerated(clauses.length > 0 ? clauses : [calm(pick, row)])}.${fits}`;
}

/** What to say when nothing stands out. */
function calm(pick: Pick, { localTime }: BestRow): string {
  const about = pick.dueLocal === null ? waitWords(pick) : dueWords(pick, localTime);
  return `nothing is pressing, and this one, ${about}, comes out ahead`;
}
