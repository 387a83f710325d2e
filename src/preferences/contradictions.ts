import { invalidField } from '../http/problem.js';
import { type PreferencesDto } from './dto/preferences.dto.js';
import { type UpdatePreferencesDto } from './dto/update-preferences.dto.js';

const WEIGHTS = ['weightUrgency', 'weightPriority', 'weightImpact', 'weightEffort'] as const;

/**
 * Refuses changes whose result would not fit together.
 *
 * @throws ProblemError `validation_failed` with the path `weights` or `workEndTime`
 */
export function refuseContradictions(stored: PreferencesDto, changes: UpdatePreferencesDto): void {
  const sum = WEIGHTS.reduce((total, weight) => total + (changes[weight] ?? stored[weight]), 0);
  if (sum !== 100) {
    const gap = sum < 100 ? `${String(100 - sum)} missing` : `${String(sum - 100)} too many`;
    throw invalidField(
      'weights',
      `The four weights must add up to 100, not ${String(sum)}: ${gap}.`,
    );
  }
  const workStartTime = changes.workStartTime ?? stored.workStartTime;
  if (workStartTime === (changes.workEndTime ?? stored.workEndTime)) {
    throw invalidField('workEndTime', 'workEndTime must differ from workStartTime.');
  }
}
