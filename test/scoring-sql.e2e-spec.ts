import fc from 'fast-check';
import type pg from 'pg';
import { type BestQuery, type Weights } from '../src/tasks/scoring/best-query.js';
import { CLOCK_CTES } from '../src/tasks/scoring/clock.js';
import { WORKING_MINUTES_LEFT } from '../src/tasks/scoring/score.js';
import {
  aMoment,
  aSchedule,
  aTask,
  somePreferences,
  someWeights,
} from './support/scoring-arbitraries.js';
import { startScoringDatabase, type ScoringDatabase } from './support/scoring-database.js';
import {
  ask,
  bestRow,
  listByScore,
  question,
  storeUser,
  type StoredPreferences,
  type StoredTask,
} from './support/scoring-fixtures.js';
import { type Schedule, workingMinutesUntilEach } from './support/working-time-reference.js';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

let database: ScoringDatabase;
let client: pg.Client;

beforeAll(async () => {
  database = await startScoringDatabase();
  client = database.client;
}, 60_000);

afterAll(() => database.stop());

/** Working minutes until each due date as the SQL counts them. */
async function workingMinutesBySql(
  schedule: Schedule,
  at: number,
  ends: readonly number[],
): Promise<number[]> {
  const userId = await storeUser(client, [], schedule);
  const { rows } = await client.query<{ minutes: number }>(
    `WITH ${CLOCK_CTES}
     SELECT ${WORKING_MINUTES_LEFT} AS minutes
     FROM clock k CROSS JOIN unnest($4::timestamptz[]) WITH ORDINALITY AS t (due_date, position)
     ORDER BY position`,
    [userId, new Date(at), null, ends.map((end) => new Date(end))],
  );
  return rows.map(({ minutes }) => minutes);
}

/** Scores of each of the tasks at one moment, in the order given. */
async function scores(
  tasks: readonly Partial<StoredTask>[],
  asked: Partial<BestQuery>,
  preferences: Partial<StoredPreferences> = {},
): Promise<(number | null)[]> {
  const userId = await storeUser(client, tasks, preferences);
  const listed = await listByScore(client, question(userId, asked));
  return listed.sort((one, other) => one.number - other.number).map(({ score }) => score);
}

const OLD = new Date('2026-01-01T00:00Z');

describe('working time', () => {
  it('agrees with a minute-by-minute count in any zone, on any shift, across clock changes', async () => {
    await fc.assert(
      fc.asyncProperty(
        aSchedule,
        aMoment,
        fc.array(fc.integer({ min: 0, max: 33 * 1440 }), { minLength: 30, maxLength: 30 }),
        async (schedule, at, minutesAhead) => {
          const ends = minutesAhead.map((minutes) => at + minutes * MINUTE_MS);
          expect(await workingMinutesBySql(schedule, at, ends)).toEqual(
            workingMinutesUntilEach(schedule, at, ends),
          );
        },
      ),
      { numRuns: 200 },
    );
  }, 120_000);

  it('counts the hour that a night shift gains or loses when the clock changes', async () => {
    const nights = {
      timezone: 'Europe/Berlin',
      workStartTime: '22:00',
      workEndTime: '06:00',
      workDays: [6],
    };
    const spring = Date.parse('2026-03-28T12:00Z');
    const autumn = Date.parse('2026-10-24T12:00Z');
    expect(await workingMinutesBySql(nights, spring, [spring + DAY_MS])).toEqual([7 * 60]);
    expect(await workingMinutesBySql(nights, autumn, [autumn + DAY_MS])).toEqual([9 * 60]);
  });

  it('goes on at the weekly average beyond six weeks, without a step and without a stop', async () => {
    const at = Date.parse('2026-06-01T08:00Z');
    const schedule = {
      timezone: 'UTC',
      workStartTime: '09:00',
      workEndTime: '17:00',
      workDays: [1, 2, 3, 4, 5],
    };
    const ends = Array.from({ length: 400 }, (_, hour) => at + 38 * DAY_MS + hour * 3_600_000);
    const minutes = await workingMinutesBySql(schedule, at, ends);
    const steps = minutes.slice(1).map((value, index) => value - (minutes[index] ?? 0));
    expect(Math.min(...steps)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...steps)).toBeLessThanOrEqual(60);
    const [inAYear] = await workingMinutesBySql(schedule, at, [at + 364 * DAY_MS]);
    expect(inAYear).toBeGreaterThan(51 * 2400);
    expect(inAYear).toBeLessThan(53 * 2400);
  });
});

describe('urgency', () => {
  const urgencyOnly = { urgency: 100, priority: 0, impact: 0, effort: 0 };

  it('knows on Friday at 16:30 that three hours of work due on Monday at 10:00 are late', async () => {
    const at = new Date('2026-06-05T16:30Z');
    const userId = await storeUser(client, [
      { dueDate: new Date('2026-06-08T10:00Z'), effortEstimateMinutes: 180 },
      { dueDate: new Date('2026-06-08T10:00Z'), effortEstimateMinutes: 60 },
      { dueDate: new Date('2026-06-08T09:30Z'), effortEstimateMinutes: 15 },
    ]);
    const { picks } = await bestRow(client, question(userId, { at, weights: urgencyOnly }));
    expect(picks.map(({ task, workingMinutesLeft }) => [task.number, workingMinutesLeft])).toEqual([
      [1, 90],
      [2, 90],
      [3, 60],
    ]);
    const answer = await ask(client, question(userId, { at, weights: urgencyOnly }));
    expect(answer.reason).toContain('1 h 30 min of working time is left for 3 h of work');
  });

  it('orders overdue, no working time left, today, tomorrow, three weeks, five weeks, five months', async () => {
    const at = new Date('2026-06-05T18:00Z');
    const dates = [
      '2026-06-05T12:00Z',
      '2026-06-06T12:00Z',
      '2026-06-08T17:00Z',
      '2026-06-09T17:00Z',
      '2026-06-26T17:00Z',
      '2026-07-10T17:00Z',
      '2026-11-10T17:00Z',
    ];
    const found = await scores(
      dates.map((dueDate) => ({ dueDate: new Date(dueDate), createdAt: OLD })),
      { at, weights: { urgency: 25, priority: 25, impact: 25, effort: 25 } },
    );
    const gaps = found.slice(1).map((score, index) => (found[index] ?? 0) - (score ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThan(0.1);
  });

  it('moves without a jump as a due date passes', async () => {
    const at = Date.parse('2026-06-05T12:00Z');
    const minutes = Array.from({ length: 61 }, (_, index) => index - 30);
    const found = await scores(
      minutes.map((minute) => ({ dueDate: new Date(at + minute * MINUTE_MS) })),
      { at: new Date(at), weights: urgencyOnly },
    );
    const steps = found.slice(1).map((score, index) => (found[index] ?? 0) - (score ?? 0));
    expect(Math.max(...steps)).toBeLessThan(0.5);
    expect(Math.min(...steps)).toBe(0);
    expect(found[0]).toBe(100);
  });

  it('lets an undated task rise with age, and never above what is due the same day', async () => {
    const at = Date.parse('2026-06-05T00:00Z');
    const ages = [0, 1, 10, 30, 100, 3000];
    const undated = await scores(
      ages.map((days) => ({ createdAt: new Date(at - days * DAY_MS) })),
      { at: new Date(at), weights: urgencyOnly },
    );
    expect(undated).toEqual([...undated].sort((a, b) => (a ?? 0) - (b ?? 0)));
    expect(new Set(undated).size).toBe(ages.length);
    const [dueToday] = await scores(
      [{ dueDate: new Date(at + DAY_MS - 1), effortEstimateMinutes: 1, createdAt: new Date(at) }],
      { at: new Date(at), weights: urgencyOnly },
      { workStartTime: '00:00', workEndTime: '23:59' },
    );
    expect(dueToday).toBeGreaterThan(Math.max(...undated.map((score) => score ?? 0)) + 1);
  });
});

describe('a score', () => {
  it('never falls with a higher priority, a higher impact or an earlier due date', async () => {
    await fc.assert(
      fc.asyncProperty(
        aMoment.chain((at) => fc.tuple(fc.constant(at), aTask(at))),
        somePreferences(),
        fc.integer({ min: 1, max: 60 * 1440 }),
        async ([at, drawn], preferences, minutesEarlier) => {
          const task = {
            ...drawn,
            status: 'pending',
            completedAt: null,
            snoozedUntil: null,
            dueDate: drawn.dueDate ?? new Date(at),
          };
          const earlier = new Date(task.dueDate.getTime() - minutesEarlier * MINUTE_MS);
          const [score, ...better] = await scores(
            [
              task,
              { ...task, priority: Math.min(5, task.priority + 1) },
              { ...task, impact: Math.min(5, task.impact + 1) },
              { ...task, dueDate: earlier },
            ],
            { at: new Date(at) },
            preferences,
          );
          for (const other of better) expect(other).toBeGreaterThanOrEqual(score ?? 0);
        },
      ),
      { numRuns: 200 },
    );
  }, 60_000);

  it.each([
    ['urgency', (task: StoredTask) => -(task.dueDate?.getTime() ?? 0)],
    ['priority', (task: StoredTask) => task.priority],
    ['impact', (task: StoredTask) => task.impact],
    ['effort', (task: StoredTask) => -(task.effortEstimateMinutes ?? 30)],
  ] as const)('orders by %s alone when all the weight is on it', async (factor, rank) => {
    const at = Date.parse('2026-06-05T10:00Z');
    const weights: Weights = { urgency: 0, priority: 0, impact: 0, effort: 0, [factor]: 100 };
    await fc.assert(
      fc.asyncProperty(
        fc.array(aTask(at), { minLength: 2, maxLength: 12 }),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 12, maxLength: 12 }),
        async (drawn, daysAhead) => {
          const tasks = drawn.map((task, index) => ({
            ...task,
            status: index % 2 ? 'pending' : 'in_progress',
            completedAt: null,
            snoozedUntil: null,
            dueDate: new Date(
              Date.parse('2026-06-05T16:00Z') + (daysAhead[index] ?? 1) * 7 * DAY_MS,
            ),
            ...(factor === 'urgency' ? { effortEstimateMinutes: 60 } : {}),
          }));
          const userId = await storeUser(client, tasks);
          const listed = await listByScore(client, question(userId, { at: new Date(at), weights }));
          const expected = tasks
            .map((task, index) => ({
              number: index + 1,
              rank: rank(task),
              created: task.createdAt.getTime(),
            }))
            .sort((a, b) => b.rank - a.rank || a.created - b.created || a.number - b.number)
            .map(({ number }) => number);
          expect(listed.map(({ number }) => number)).toEqual(expected);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('stays the same when the clock and every date move by the same weeks', async () => {
    await fc.assert(
      fc.asyncProperty(
        aMoment.chain((at) =>
          fc.tuple(fc.constant(at), fc.array(aTask(at), { minLength: 1, maxLength: 10 })),
        ),
        somePreferences(),
        fc.integer({ min: 1, max: 60 }),
        async ([at, tasks], drawn, weeks) => {
          const preferences = { ...drawn, timezone: 'UTC' };
          const later = (date: Date | null) =>
            date && new Date(date.getTime() + weeks * 7 * DAY_MS);
          const moved = tasks.map((task) => ({
            ...task,
            createdAt: new Date(task.createdAt.getTime() + weeks * 7 * DAY_MS),
            dueDate: later(task.dueDate),
            snoozedUntil: later(task.snoozedUntil),
            completedAt: later(task.completedAt),
          }));
          const scored = await scores(tasks, { at: new Date(at) }, preferences);
          expect(await scores(moved, { at: later(new Date(at)) }, preferences)).toEqual(scored);
        },
      ),
      { numRuns: 100 },
    );
  }, 60_000);

  it('is the exact sum of its components, from 0 to 100, with adjustments within their bound', async () => {
    await fc.assert(
      fc.asyncProperty(
        aMoment.chain((at) =>
          fc.tuple(fc.constant(at), fc.array(aTask(at), { minLength: 1, maxLength: 30 })),
        ),
        somePreferences(),
        fc.option(someWeights),
        async ([at, tasks], preferences, weights) => {
          const userId = await storeUser(client, tasks, preferences);
          const answer = await ask(client, question(userId, { at: new Date(at), weights }));
          const hundredths = answer.components.map(({ points }) => Math.round(points * 100));
          expect(hundredths.reduce((sum, value) => sum + value, 0)).toBe(
            Math.round((answer.score ?? 0) * 100),
          );
          for (const { points } of answer.components)
            expect(points).toBe(Math.round(points * 100) / 100);
          expect(answer.score ?? 0).toBeGreaterThanOrEqual(0);
          expect(answer.score ?? 0).toBeLessThanOrEqual(100);
          const adjusted = answer.components
            .filter(({ factor }) => ['context', 'in_progress', 'habit'].includes(factor))
            .reduce((sum, { points }) => sum + points, 0);
          const { urgency, priority, impact, effort } = answer.weights;
          const bound = (100 - Math.max(urgency, priority, impact, effort)) / 10;
          expect(Math.abs(adjusted)).toBeLessThanOrEqual(bound + 1e-9);
        },
      ),
      { numRuns: 150 },
    );
  }, 60_000);
});

describe('the best task', () => {
  it('and its alternatives are the first of the list by score, whatever the tasks, weights and moment', async () => {
    await fc.assert(
      fc.asyncProperty(
        aMoment.chain((at) =>
          fc.tuple(fc.constant(at), fc.array(aTask(at), { maxLength: 120, size: 'max' })),
        ),
        somePreferences(),
        fc.option(someWeights),
        fc.integer({ min: 0, max: 10 }),
        async ([at, tasks], preferences, weights, alternatives) => {
          const userId = await storeUser(client, tasks, preferences);
          const query = question(userId, { at: new Date(at), weights, alternatives });
          const listed = await listByScore(client, query);
          const { picks } = await bestRow(client, query);
          expect(picks.map(({ task, score }) => [task.number, score])).toEqual(
            listed
              .filter(({ score }) => score !== null)
              .slice(0, alternatives + 1)
              .map(({ number, score }) => [number, score]),
          );
        },
      ),
      { numRuns: 200 },
    );
  }, 120_000);
});
