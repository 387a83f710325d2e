import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.js';
import { accountGone } from '../../http/account-gone.js';
import { dayPlan, type DayPlan } from './day-plan.js';
import { type PlanRow } from './plan-row.js';
import { planStatement } from './plan-statement.js';

@Injectable()
export class PlanService {
  constructor(private readonly database: Database) {}

  /** @param date `YYYY-MM-DD` on the user's calendar, null for today; @param at the moment to plan from, null for now */
  async day(userId: string, date: string | null, at: Date | null): Promise<DayPlan> {
    const { text, values } = planStatement(userId, date, at);
    const [row] = await this.database.query<{ plan: PlanRow }>(text, values);
    if (!row) throw accountGone();
    return dayPlan(row.plan);
  }
}
