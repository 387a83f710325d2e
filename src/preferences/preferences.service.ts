import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { accountGone } from '../http/account-gone.js';
import { invalidField } from '../http/problem.js';
import { type RequestContext } from '../http/request-context.js';
import { refuseContradictions } from './contradictions.js';
import { PreferencesDto } from './dto/preferences.dto.js';
import { UpdatePreferencesDto } from './dto/update-preferences.dto.js';
import { TIMEZONE_REFUSAL } from './preference-rules.js';

const FIELDS = `
  weight_urgency AS "weightUrgency", weight_priority AS "weightPriority",
  weight_impact AS "weightImpact", weight_effort AS "weightEffort", timezone,
  to_char(work_start_time, 'HH24:MI') AS "workStartTime",
  to_char(work_end_time, 'HH24:MI') AS "workEndTime",
  ARRAY(SELECT day FROM unnest(work_days) AS day ORDER BY day) AS "workDays",
  enable_habit_learning AS "enableHabitLearning", updated_at AS "updatedAt"`;

const SELECT = `SELECT ${FIELDS} FROM user_preferences WHERE user_id = $1`;

const UPDATE = `
  UPDATE user_preferences SET
    weight_urgency = coalesce($2, weight_urgency),
    weight_priority = coalesce($3, weight_priority),
    weight_impact = coalesce($4, weight_impact),
    weight_effort = coalesce($5, weight_effort),
    timezone = coalesce($6, timezone),
    work_start_time = coalesce($7, work_start_time),
    work_end_time = coalesce($8, work_end_time),
    work_days = coalesce($9, work_days),
    enable_habit_learning = coalesce($10, enable_habit_learning)
  WHERE user_id = $1
  RETURNING ${FIELDS}`;

/** Every user has preferences: a trigger makes them together with the user. */
@Injectable()
export class PreferencesService {
  constructor(private readonly db: Database) {}

  /** @throws ProblemError `invalid_token` when the user has just been deleted */
  async getPreferences(userId: string): Promise<PreferencesDto> {
    return existing(await this.db.query<PreferencesDto>(SELECT, [userId]));
  }

  /**
   * Changes what `changes` names. Of two changes at once the second one is judged by what the first one left.
   *
   * @throws ProblemError `validation_failed` when the result would contradict itself, `invalid_token` as above
   */
  async updatePreferences(
    context: RequestContext,
    changes: UpdatePreferencesDto,
  ): Promise<PreferencesDto> {
    const timezone = changes.timezone && (await this.canonicalTimezone(changes.timezone));
    const { userId } = context;
    return this.db.transaction(context, async (tx) => {
      const stored = existing(await tx.query<PreferencesDto>(`${SELECT} FOR UPDATE`, [userId]));
      refuseContradictions(stored, changes);
      return existing(
        await tx.query<PreferencesDto>(UPDATE, [
          userId,
          changes.weightUrgency,
          changes.weightPriority,
          changes.weightImpact,
          changes.weightEffort,
          timezone,
          changes.workStartTime,
          changes.workEndTime,
          changes.workDays,
          changes.enableHabitLearning,
        ]),
      );
    });
  }

  /** The name as PostgreSQL spells it. Its view reads a file for each time zone, so it is asked only when it must be. */
  private async canonicalTimezone(name: string): Promise<string> {
    const [found] = await this.db.query<{ name: string }>(
      `SELECT name FROM pg_timezone_names WHERE lower(name) = lower($1)`,
      [name],
    );
    if (!found) throw invalidField('timezone', `timezone ${TIMEZONE_REFUSAL}`);
    return found.name;
  }
}

function existing([preferences]: PreferencesDto[]): PreferencesDto {
  if (!preferences) throw accountGone();
  return preferences;
}
