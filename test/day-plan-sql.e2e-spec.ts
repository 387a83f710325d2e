import type pg from 'pg';
import { dayPlan, type DayPlan } from '../src/tasks/plan/day-plan.js';
import { type PlanRow } from '../src/tasks/plan/plan-row.js';
import { planStatement } from '../src/tasks/plan/plan-statement.js';
import { startScoringDatabase, type ScoringDatabase } from './support/scoring-database.js';
import { storeUser, type StoredTask } from './support/scoring-fixtures.js';

const BERLIN = { timezone: 'Europe/Berlin' };
const NIGHTS = {
  timezone: 'Europe/Berlin',
  workStartTime: '22:00',
  workEndTime: '06:00',
  workDays: [5, 6],
};

let database: ScoringDatabase;
let client: pg.Client;

beforeAll(async () => {
  database = await startScoringDatabase();
  client = database.client;
}, 60_000);

afterAll(() => database.stop());

async function plan(userId: string, date: string | null, at: string): Promise<DayPlan> {
  const { rows } = await client.query<{ plan: PlanRow }>(planStatement(userId, date, new Date(at)));
  if (rows[0] === undefined) throw new Error('the user has no preferences');
  return dayPlan(rows[0].plan);
}

async function userWith(tasks: Partial<StoredTask>[], preferences = BERLIN): Promise<string> {
  return storeUser(
    client,
    tasks.map((task) => ({ createdAt: new Date('2026-05-01T00:00Z'), ...task })),
    preferences,
  );
}

describe('the plan of a day', () => {
  it.each([
    [
      'the rest of today',
      null,
      '2026-06-05T13:00Z',
      { start: '2026-06-05T13:00:00.000Z', end: '2026-06-05T15:00:00.000Z' },
    ],
    [
      'today before work',
      null,
      '2026-06-05T04:00Z',
      { start: '2026-06-05T07:00:00.000Z', end: '2026-06-05T15:00:00.000Z' },
    ],
    [
      'a coming day',
      '2026-06-08',
      '2026-06-05T13:00Z',
      { start: '2026-06-08T07:00:00.000Z', end: '2026-06-08T15:00:00.000Z' },
    ],
    ['a day off', '2026-06-06', '2026-06-05T13:00Z', null],
    ['a day that is over', null, '2026-06-05T16:00Z', null],
  ])('covers %s', async (_, date, at, expected) => {
    const { workingHours } = await plan(await userWith([]), date, at);
    expect(workingHours && moments(workingHours)).toEqual(expected);
  });

  it('follows a night shift past midnight and across a clock change', async () => {
    const userId = await userWith([], NIGHTS);
    expect(await plan(userId, null, '2026-06-06T01:00Z')).toMatchObject({
      date: '2026-06-05',
      workingHours: { start: '2026-06-06T01:00:00.000Z', end: '2026-06-06T04:00:00.000Z' },
    });
    expect((await plan(userId, '2026-03-28', '2026-03-28T10:00Z')).workingHours).toMatchObject({
      start: '2026-03-28T21:00:00.000Z',
      end: '2026-03-29T04:00:00.000Z',
    });
  });

  it('takes the tasks that are awake by then, best first, and puts what is due that day in time', async () => {
    const userId = await userWith([
      { priority: 5, effortEstimateMinutes: 240 },
      { priority: 1, effortEstimateMinutes: 60, dueDate: new Date('2026-06-05T08:30Z') },
      { priority: 4, effortEstimateMinutes: 180 },
      { priority: 4, effortEstimateMinutes: 60, snoozedUntil: new Date('2026-06-05T06:00Z') },
      { priority: 5, snoozedUntil: new Date('2026-06-05T12:00Z') },
      { priority: 2, effortEstimateMinutes: 600 / 2, dueDate: new Date('2026-06-08T08:00Z') },
    ]);
    const { blocks, unplanned, warnings } = await plan(userId, '2026-06-05', '2026-06-04T20:00Z');
    expect(blocks.map(({ task }) => task.number)).toEqual([2, 6, 4]);
    expect(unplanned.map(({ task }) => task.number)).toEqual([1, 3, 5]);
    expect(warnings).toEqual([]);
  });
});

function moments({ start, end }: { start: string; end: string }): object {
  return { start, end };
}
