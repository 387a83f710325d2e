import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.js';
import { accountGone } from '../../http/account-gone.js';
import { type RequestContext } from '../../http/request-context.js';
import { HabitResponse, HabitsResponse } from '../dto/habits.response.js';
import { partOfDay } from '../scoring/components.js';
import { type DayPart } from '../scoring/context-tags.js';
import { habitsStatement } from '../scoring/habits-statement.js';
import { sentence } from '../scoring/phrases.js';

/** What was learned about one part of the day; tags, values and counts run in parallel, strongest habit first. */
interface HabitsRow {
  dayPart: DayPart;
  tags: string[];
  values: number[];
  counts: [completionsThen: number, completions: number][];
  completions: number;
  enabled: boolean;
  forgottenAt: string | null;
}

const FORGET = `UPDATE user_preferences SET habits_forgotten_at = now() WHERE user_id = $1 RETURNING user_id`;

/** Shows and forgets habits: the very ones that scores are adjusted by. */
@Injectable()
export class HabitsService {
  constructor(private readonly database: Database) {}

  /** @throws ProblemError `invalid_token` when the user has just been deleted */
  async learned(userId: string): Promise<HabitsResponse> {
    const { text, values } = habitsStatement(userId, null);
    const rows = await this.database.query<HabitsRow>(text, values);
    const [any] = rows;
    if (!any) throw accountGone();
    const { enabled, completions, forgottenAt } = any;
    return { enabled, completions, forgottenAt, habits: rows.flatMap(habitsOf) };
  }

  /**
   * From now on only what is completed later counts.
   *
   * @throws ProblemError `invalid_token` when the user has just been deleted
   */
  async forget(context: RequestContext): Promise<void> {
    await this.database.transaction(context, async (tx) => {
      const [forgotten] = await tx.query(FORGET, [context.userId]);
      if (!forgotten) throw accountGone();
    });
  }
}

function habitsOf({ dayPart, tags, values, counts }: HabitsRow): HabitResponse[] {
  return tags.map((tag, index) => {
    const tendency = Math.round((values[index] ?? 0) * 10_000) / 10_000;
    const [completionsThen, completions] = counts[index] ?? [0, 0];
    const often = tendency > 0 ? 'usually' : 'seldom';
    const share = `${String(completionsThen)} of ${String(completions)} completions`;
    return {
      tag,
      partOfDay: dayPart,
      tendency,
      completions,
      completionsThen,
      why: sentence(`you ${often} do "${tag}" ${partOfDay({ dayPart })}: ${share}`),
    };
  });
}
