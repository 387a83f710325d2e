import fc from 'fast-check';
import { type Weights } from '../../src/tasks/scoring/best-query.js';
import { type StoredPreferences, type StoredTask } from './scoring-fixtures.js';
import { type Schedule } from './working-time-reference.js';

const MINUTE_MS = 60_000;

/** Zones with ordinary, half-hour, southern, negative and no clock changes, and a date-line neighbour. */
const TIMEZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'America/St_Johns',
  'Australia/Lord_Howe',
  'Asia/Kolkata',
  'Asia/Beirut',
  'Africa/Casablanca',
  'Pacific/Chatham',
  'Pacific/Kiritimati',
];

/** Moments around which clocks change somewhere, and ordinary ones between. */
const ANCHORS = [
  '2026-03-08',
  '2026-03-29',
  '2026-04-05',
  '2026-07-15',
  '2026-10-04',
  '2026-10-25',
  '2026-11-01',
];

/** A whole minute within three days of a date at which clocks change somewhere. */
export const aMoment: fc.Arbitrary<number> = fc
  .tuple(fc.constantFrom(...ANCHORS), fc.integer({ min: -3 * 1440, max: 3 * 1440 }))
  .map(([date, minutes]) => Date.parse(`${date}T00:00Z`) + minutes * MINUTE_MS);

const aTimeOfDay = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.constantFrom(0, 15, 30, 59))
  .map(
    ([hours, minutes]) => `${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`,
  );

export const aSchedule: fc.Arbitrary<Schedule> = fc
  .record({
    timezone: fc.constantFrom(...TIMEZONES),
    workStartTime: aTimeOfDay,
    workEndTime: aTimeOfDay,
    workDays: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 7 }),
  })
  .filter(({ workStartTime, workEndTime }) => workStartTime !== workEndTime);

export const someWeights: fc.Arbitrary<Weights> = fc
  .tuple(...([0, 1, 2] as const).map(() => fc.integer({ min: 0, max: 100 })))
  .map(
    (cuts) =>
      [0, ...[...cuts].sort((a, b) => a - b), 100] as [number, number, number, number, number],
  )
  .map(([a, b, c, d, e]) => ({ urgency: b - a, priority: c - b, impact: d - c, effort: e - d }));

export function somePreferences(): fc.Arbitrary<Partial<StoredPreferences>> {
  return fc
    .tuple(aSchedule, someWeights, fc.boolean())
    .map(([schedule, { urgency, priority, impact, effort }, enableHabitLearning]) => ({
      ...schedule,
      weights: [urgency, priority, impact, effort] as const,
      enableHabitLearning,
    }));
}

const TAGS = [
  'morning',
  'afternoon',
  'evening',
  'night',
  'deep-work',
  'errand',
  'weekend',
  'home',
  'admin',
  'calls',
];

/** An open or completed task as it might lie around at a moment. */
export function aTask(at: number): fc.Arbitrary<StoredTask> {
  const near = (backDays: number, aheadDays: number): fc.Arbitrary<Date> =>
    fc
      .integer({ min: -backDays * 1440, max: aheadDays * 1440 })
      .map((minutes) => new Date(at + minutes * MINUTE_MS));
  return fc
    .record({
      title: fc.constant('Task'),
      status: fc.constantFrom('pending', 'pending', 'pending', 'in_progress', 'completed'),
      priority: fc.integer({ min: 1, max: 5 }),
      impact: fc.integer({ min: 1, max: 5 }),
      dueDate: fc.option(fc.oneof(near(10, 10), near(60, 200)), { freq: 3 }),
      snoozedUntil: fc.oneof({ weight: 4, arbitrary: fc.constant(null) }, near(3, 3)),
      effortEstimateMinutes: fc.option(fc.integer({ min: 1, max: 480 })),
      tags: fc.uniqueArray(fc.constantFrom(...TAGS), { maxLength: 3 }),
      createdAt: near(200, 0),
      completedAt: near(60, 0),
    })
    .map((task) =>
      task.status === 'completed'
        ? { ...task, snoozedUntil: null }
        : { ...task, completedAt: null },
    );
}
