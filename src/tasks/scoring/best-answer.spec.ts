import { bestAnswer, emptyAnswer } from './best-answer.js';
import { type BestQuery } from './best-query.js';
import { type BestRow, type Nothing, type Pick, type PickedTask } from './best-row.js';

const QUERY: BestQuery = {
  userId: '',
  at: null,
  weights: null,
  alternatives: 3,
  availableMinutes: null,
  tags: [],
  exclude: { ids: [], numbers: [] },
};

const ZERO = {
  urgency: 0,
  priority: 0,
  impact: 0,
  effort: 0,
  context: 0,
  in_progress: 0,
  habit: 0,
};

function picked(task: Partial<PickedTask>, rest: Partial<Omit<Pick, 'task'>> = {}): Pick {
  const hundredths = {
    ...ZERO,
    urgency: 1200,
    priority: 1750,
    impact: 750,
    effort: 800,
    ...rest.hundredths,
  };
  const sum = Object.values(hundredths).reduce((total, value) => total + value, 0);
  return {
    task: {
      id: '',
      number: 1,
      title: 'Task',
      status: 'pending',
      priority: 3,
      impact: 3,
      effortEstimateMinutes: null,
      tags: [],
      version: 1,
      createdAt: '',
      ...task,
    },
    score: Math.min(Math.max(sum, 0), 10_000) / 100,
    dueLocal: null,
    overdue: false,
    workingMinutesLeft: null,
    ageDays: 12,
    ...rest,
    values: { ...ZERO, urgency: 0.3, priority: 0.5, impact: 0.5, effort: 0.8, ...rest.values },
    hundredths,
  };
}

function row(...picks: Pick[]): BestRow {
  return {
    evaluatedAt: '2026-06-05T12:00:00.000Z',
    timezone: 'UTC',
    localTime: '2026-06-05T12:00',
    dayPart: 'afternoon',
    weights: [40, 35, 15, 10],
    fittingTags: ['afternoon'],
    clashingTags: ['morning', 'evening'],
    habitTags: ['admin'],
    picks,
  };
}

const overdue = { overdue: true, dueLocal: '2026-06-04T17:00', workingMinutesLeft: 0 };
const tomorrow = { dueLocal: '2026-06-06T09:00', workingMinutesLeft: 300 };

describe('the reason', () => {
  it.each<[string, Pick, string]>([
    [
      'leads with what counts most and stops after three things',
      picked(
        { priority: 5, impact: 5, effortEstimateMinutes: 15 },
        {
          ...overdue,
          hundredths: { ...ZERO, urgency: 4000, priority: 3500, impact: 1500, effort: 889 },
        },
      ),
      'Do this now: it has been overdue since yesterday at 17:00, it has the highest priority and it has the highest impact.',
    ],
    [
      'tells that a due date cannot be met in working time any more',
      picked(
        { effortEstimateMinutes: 180 },
        {
          dueLocal: '2026-06-08T10:00',
          workingMinutesLeft: 90,
          hundredths: { ...ZERO, urgency: 3800 },
        },
      ),
      'Do this now: it is due on Monday at 10:00 and 1 h 30 min of working time is left for 3 h of work.',
    ],
    [
      'speaks of what is started, of the moment and of habits',
      picked(
        { status: 'in_progress', tags: ['afternoon', 'admin'] },
        {
          values: { ...ZERO, context: 1, in_progress: 1, habit: 0.6 },
          hundredths: { ...ZERO, urgency: 500, context: 300, in_progress: 120, habit: 100 },
        },
      ),
      'Carry on with this: "afternoon" fits this moment, you have already started it and you usually do "admin" in the afternoon.',
    ],
    [
      'admits that nothing is pressing',
      picked({}),
      'Do this now: nothing is pressing, and this one, waiting for 12 days, comes out ahead.',
    ],
  ])('%s', (_, pick, expected) => {
    expect(bestAnswer(row(pick), QUERY)?.reason).toBe(expected);
  });

  it('does not argue with a factor that has no weight', () => {
    const pick = picked({ priority: 5 }, { ...overdue, hundredths: { ...ZERO, priority: 3500 } });
    expect(bestAnswer(row(pick), QUERY)?.reason).toBe('Do this now: it has the highest priority.');
  });
});

describe('the components', () => {
  it('are the four factors and whatever else moved the score, with the end of the scale last', () => {
    const pick = picked(
      { priority: 5, impact: 5, tags: ['afternoon'], effortEstimateMinutes: 5 },
      {
        ...overdue,
        values: {
          urgency: 1,
          priority: 1,
          impact: 1,
          effort: 0.96,
          context: 1,
          in_progress: 0,
          habit: 0,
        },
        hundredths: {
          ...ZERO,
          urgency: 4000,
          priority: 3500,
          impact: 1500,
          effort: 960,
          context: 300,
        },
      },
    );
    expect(bestAnswer(row(pick), QUERY)?.components).toEqual([
      {
        factor: 'urgency',
        value: 1,
        weight: 40,
        points: 40,
        why: 'Overdue since yesterday at 17:00.',
      },
      { factor: 'priority', value: 1, weight: 35, points: 35, why: 'Priority 5 of 5.' },
      { factor: 'impact', value: 1, weight: 15, points: 15, why: 'Impact 5 of 5.' },
      { factor: 'effort', value: 0.96, weight: 10, points: 9.6, why: 'Takes 5 min.' },
      {
        factor: 'context',
        value: 1,
        weight: 3,
        points: 3,
        why: 'Tagged "afternoon", which fits this moment.',
      },
      { factor: 'limit', value: -1, weight: 2.6, points: -2.6, why: 'A score ends at 100.' },
    ]);
  });
});

describe('why an alternative is not first', () => {
  const first = picked(
    {
      priority: 4,
      impact: 4,
      effortEstimateMinutes: 30,
      tags: ['afternoon', 'admin'],
      status: 'in_progress',
    },
    {
      ...tomorrow,
      values: { ...ZERO, urgency: 0.5, context: 1, in_progress: 1, habit: 0.5 },
      hundredths: {
        urgency: 2000,
        priority: 2625,
        impact: 1125,
        effort: 800,
        context: 300,
        in_progress: 120,
        habit: 90,
      },
    },
  );

  it.each<[string, Partial<PickedTask>, Partial<Omit<Pick, 'task'>>, string]>([
    [
      'priority',
      { priority: 2 },
      { hundredths: { ...first.hundredths, priority: 875 } },
      'Its priority is lower: 2 against 4.',
    ],
    [
      'impact',
      { impact: 1 },
      { hundredths: { ...first.hundredths, impact: 0 } },
      'Its impact is lower: 1 against 4.',
    ],
    [
      'effort',
      { effortEstimateMinutes: 240 },
      { hundredths: { ...first.hundredths, effort: 333 } },
      'It takes longer: 4 h against 30 min.',
    ],
    [
      'a later due date',
      {},
      {
        dueLocal: '2026-06-15T09:00',
        workingMinutesLeft: 2700,
        hundredths: { ...first.hundredths, urgency: 900 },
      },
      'It is less urgent: due on 15 June at 09:00, 45 h of working time is left for 30 min (assumed) of work.',
    ],
    [
      'no due date',
      {},
      { hundredths: { ...first.hundredths, urgency: 500 } },
      'It is less urgent: without a due date.',
    ],
    [
      'another time',
      { tags: ['morning'] },
      { values: { ...ZERO, context: -1 }, hundredths: { ...first.hundredths, context: -300 } },
      'It suits another time: tagged "morning".',
    ],
    [
      'no fitting tag',
      {},
      { hundredths: { ...first.hundredths, context: 0 } },
      'The first fits this moment better: tagged "afternoon".',
    ],
    [
      'not being started',
      {},
      { hundredths: { ...first.hundredths, in_progress: 0 } },
      'The first is already started.',
    ],
    [
      'a missing habit',
      {},
      { hundredths: { ...first.hundredths, habit: 0 } },
      'You usually do "admin" in the afternoon.',
    ],
  ])('names %s', (_, task, rest, expected) => {
    const answer = bestAnswer(row(first, picked(task, rest)), QUERY);
    expect(answer?.alternatives[0]?.whyNotFirst).toBe(expected);
  });

  it('names the age between two undated tasks', () => {
    const [older, younger] = [
      picked({}, { ageDays: 40 }),
      picked(
        {},
        {
          ageDays: 2,
          hundredths: { ...ZERO, urgency: 600, priority: 1750, impact: 750, effort: 800 },
        },
      ),
    ] as const;
    const answer = bestAnswer(row(older, younger), QUERY);
    expect(answer?.alternatives[0]?.whyNotFirst).toBe('It has waited less: waiting for 2 days.');
  });
});

describe('an answer without a task', () => {
  const nothing: Nothing = {
    snoozed: 0,
    nextWakeAt: null,
    nextWakeLocal: null,
    excluded: 0,
    tooLong: 0,
    shortest: null,
    completedToday: 0,
    anyTask: true,
  };

  it.each<[Partial<Nothing>, Partial<BestQuery>, string]>([
    [
      { snoozed: 1, nextWakeLocal: '2026-06-06T09:00' },
      { tags: ['home'] },
      'Nothing tagged "home" to do now. 1 task is snoozed and wakes tomorrow at 09:00.',
    ],
    [
      {
        tooLong: 2,
        shortest: { title: 'Report', effortEstimateMinutes: 45 },
        excluded: 1,
        snoozed: 2,
        nextWakeLocal: '2026-06-05T14:00',
      },
      { availableMinutes: 20 },
      'Nothing fits into 20 min: the shortest, "Report", needs 45 min. The rest is set aside. 2 tasks are snoozed; the first wakes today at 14:00.',
    ],
    [{}, {}, 'All done: no task is open.'],
  ])('explains itself', (counts, asked, expected) => {
    const answer = emptyAnswer(row(), { ...nothing, ...counts }, { ...QUERY, ...asked });
    expect(answer.empty?.reason).toBe(expected);
  });
});
