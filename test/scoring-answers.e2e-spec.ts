import type pg from 'pg';
import { habitsStatement } from '../src/tasks/scoring/habits-statement.js';
import {
  afterPosition,
  BEST_FIRST,
  LISTED_SCORE,
  WORST_FIRST,
} from '../src/tasks/scoring/score-order.js';
import { CLOCK_CTES } from '../src/tasks/scoring/clock.js';
import { startScoringDatabase, type ScoringDatabase } from './support/scoring-database.js';
import {
  ask,
  listByScore,
  question,
  storeUser,
  type StoredPreferences,
  type StoredTask,
} from './support/scoring-fixtures.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const CREATED = new Date('2026-05-01T00:00Z');
/** A Friday, in working hours everywhere these tests look. */
const NOON = new Date('2026-06-05T12:00Z');

interface Row {
  number: number;
  score: number | null;
  createdAt: string;
}

let database: ScoringDatabase;
let client: pg.Client;

beforeAll(async () => {
  database = await startScoringDatabase();
  client = database.client;
}, 60_000);

afterAll(() => database.stop());

function task(fields: Partial<StoredTask>): Partial<StoredTask> {
  return { createdAt: CREATED, ...fields };
}

async function pointsOf(
  factor: string,
  fields: Partial<StoredTask>,
  at: Date,
  preferences: Partial<StoredPreferences> = {},
): Promise<number> {
  const userId = await storeUser(client, [task(fields)], preferences);
  const { components } = await ask(client, question(userId, { at }));
  return components.find((component) => component.factor === factor)?.points ?? 0;
}

describe('context tags', () => {
  it.each([
    ['morning', '2026-06-05T08:00', 3],
    ['morning', '2026-06-05T15:00', -3],
    ['afternoon', '2026-06-05T12:00', 3],
    ['afternoon', '2026-06-05T17:00', -3],
    ['evening', '2026-06-05T21:59', 3],
    ['night', '2026-06-05T23:30', 3],
    ['night', '2026-06-05T04:59', 3],
    ['night', '2026-06-05T05:00', -3],
    ['deep-work', '2026-06-05T09:00', 3],
    ['deep-work', '2026-06-05T14:00', 0],
    ['deep-work', '2026-06-05T17:00', -3],
    ['errand', '2026-06-05T10:00', -3],
    ['errand', '2026-06-05T18:00', 3],
    ['errand', '2026-06-05T21:00', -3],
    ['errand', '2026-06-06T10:00', 3],
    ['weekend', '2026-06-06T10:00', 3],
    ['weekend', '2026-06-05T20:00', -3],
    ['home', '2026-06-05T12:00', 0],
  ])('move a task tagged %s at %s by %d points', async (tag, local, points) => {
    expect(await pointsOf('context', { tags: [tag] }, new Date(`${local}Z`))).toBe(points);
  });

  it('go by the clock, the hours and the days of the user, night shifts included', async () => {
    const nightShift = {
      timezone: 'America/New_York',
      workStartTime: '22:00',
      workEndTime: '06:00',
      workDays: [7],
    };
    const mondayAtOne = new Date('2026-06-08T05:00Z');
    expect(await pointsOf('context', { tags: ['deep-work'] }, mondayAtOne, nightShift)).toBe(3);
    expect(await pointsOf('context', { tags: ['weekend'] }, mondayAtOne, nightShift)).toBe(-3);
    expect(await pointsOf('context', { tags: ['weekend'] }, NOON, nightShift)).toBe(3);
  });

  it('mean Saturday and Sunday by the weekend for who works every day', async () => {
    const everyDay = { workDays: [1, 2, 3, 4, 5, 6, 7] };
    const saturdayEvening = new Date('2026-06-06T20:00Z');
    expect(await pointsOf('context', { tags: ['weekend'] }, saturdayEvening, everyDay)).toBe(3);
  });

  it('leave a task where it is when one fits and another clashes', async () => {
    expect(await pointsOf('context', { tags: ['morning', 'afternoon'] }, NOON)).toBe(0);
  });

  it('weigh nothing when all the weight is on one factor', async () => {
    expect(
      await pointsOf('context', { tags: ['morning'] }, NOON, { weights: [0, 100, 0, 0] }),
    ).toBe(0);
  });
});

describe('what can be named', () => {
  it('leaves out who sleeps until the time has come, at the moment asked about', async () => {
    const wake = new Date(NOON.getTime() + HOUR_MS);
    const userId = await storeUser(client, [
      task({ priority: 5, snoozedUntil: wake }),
      task({ priority: 1 }),
    ]);
    const numberAt = async (at: Date): Promise<number | undefined> =>
      (await ask(client, question(userId, { at }))).task?.number;
    expect(await numberAt(NOON)).toBe(2);
    expect(await numberAt(wake)).toBe(1);
  });

  it('keeps only what fits into the time at hand, and says when the effort is assumed', async () => {
    const userId = await storeUser(client, [
      task({ priority: 5, effortEstimateMinutes: 45 }),
      task({ priority: 4 }),
      task({ priority: 1, effortEstimateMinutes: 10 }),
    ]);
    const half = await ask(client, question(userId, { at: NOON, availableMinutes: 30 }));
    expect(half.task?.number).toBe(2);
    expect(half.reason).toContain('30 min (assumed)');
    expect(half.alternatives.map(({ task: { number } }) => number)).toEqual([3]);
  });

  it('keeps only what has every tag, and nothing that was excluded by id or number', async () => {
    const userId = await storeUser(client, [
      task({ priority: 5, tags: ['home'] }),
      task({ priority: 4, tags: ['home', 'calls'] }),
      task({ priority: 3, tags: ['home', 'calls', 'x'] }),
      task({ priority: 2, tags: ['home', 'calls'] }),
    ]);
    const tagged = await ask(client, question(userId, { at: NOON, tags: ['calls', 'home'] }));
    expect(tagged.task?.number).toBe(2);
    const exclude = { ids: [tagged.task?.id ?? ''], numbers: [3, 99, 2 ** 40] };
    const other = await ask(
      client,
      question(userId, { at: NOON, tags: ['calls', 'home'], exclude }),
    );
    expect(other.task?.number).toBe(4);
    expect(other.alternatives).toEqual([]);
  });

  it('goes to the older task, then to the lower number, when scores are equal', async () => {
    const younger = new Date(CREATED.getTime() + 1);
    const userId = await storeUser(client, [task({ createdAt: younger }), task({}), task({})], {
      weights: [0, 100, 0, 0],
    });
    const answer = await ask(client, question(userId, { at: NOON }));
    expect(answer.task?.number).toBe(2);
    expect(answer.alternatives).toMatchObject([
      { task: { number: 3 }, whyNotFirst: 'It scores the same and comes later in your list.' },
      { task: { number: 1 }, whyNotFirst: 'It scores the same, and the older task goes first.' },
    ]);
  });

  it('says of an undated task how long it has waited', async () => {
    const userId = await storeUser(client, [task({})]);
    const { components, reason } = await ask(client, question(userId, { at: NOON }));
    expect(components[0]?.why).toBe('Without a due date, waiting for 35 days.');
    expect(reason).toBe(
      'Do this now: nothing is pressing, and this one, waiting for 35 days, comes out ahead.',
    );
  });

  it('never comes from another user', async () => {
    await storeUser(client, [task({ priority: 5, dueDate: CREATED })]);
    const userId = await storeUser(client, [task({ priority: 1 })]);
    const answer = await ask(client, question(userId, { at: NOON, alternatives: 10 }));
    expect([answer.task?.priority, answer.alternatives]).toEqual([1, []]);
  });
});

describe('an answer without a task', () => {
  const empty = { task: null, score: null, reason: null, components: [], alternatives: [] };

  it('tells who sleeps and when the first wakes', async () => {
    const asleep = [3, 2, 4].map((hours) =>
      task({ snoozedUntil: new Date(NOON.getTime() + hours * HOUR_MS) }),
    );
    const userId = await storeUser(client, asleep, { timezone: 'Europe/Berlin' });
    expect(await ask(client, question(userId, { at: NOON }))).toMatchObject({
      ...empty,
      empty: {
        reason: 'Nothing to do now. 3 tasks are snoozed; the first wakes today at 16:00.',
        snoozed: 3,
        nextWakeAt: '2026-06-05T14:00:00.000Z',
        tooLong: 0,
      },
      evaluatedAt: '2026-06-05T12:00:00.000Z',
      timezone: 'Europe/Berlin',
      weights: { urgency: 40, priority: 35, impact: 15, effort: 10 },
    });
  });

  it('names what is too long', async () => {
    const userId = await storeUser(client, [
      task({ title: 'Report', effortEstimateMinutes: 90 }),
      task({ title: 'Letter' }),
      task({ title: 'Book', effortEstimateMinutes: 240 }),
    ]);
    const answer = await ask(client, question(userId, { at: NOON, availableMinutes: 10 }));
    expect(answer.empty).toEqual({
      reason: 'Nothing fits into 10 min: the shortest, "Letter", needs 30 min (assumed).',
      snoozed: 0,
      nextWakeAt: null,
      tooLong: 3,
    });
  });

  it('tells what was set aside, what is not there, and what is done', async () => {
    const userId = await storeUser(client, [
      task({}),
      task({ status: 'completed', completedAt: new Date(NOON.getTime() - HOUR_MS) }),
      task({ status: 'completed', completedAt: new Date(NOON.getTime() - DAY_MS) }),
    ]);
    const reasonFor = async (id: string, asked = {}): Promise<string | undefined> =>
      (await ask(client, question(id, { at: NOON, ...asked }))).empty?.reason;
    const exclude = { ids: [], numbers: [1] };
    expect(await reasonFor(userId, { exclude })).toBe(
      'Everything that can be done now is set aside.',
    );
    expect(await reasonFor(userId, { tags: ['garden'] })).toBe('No open task is tagged "garden".');
    await client.query(`DELETE FROM tasks WHERE user_id = $1 AND number = 1`, [userId]);
    expect(await reasonFor(userId)).toBe('All done: no task is open; 1 completed today.');
    expect(await reasonFor(await storeUser(client, []))).toBe('There is no task yet.');
  });
});

describe('habits', () => {
  const open = [task({ tags: ['writing'] }), task({ tags: ['admin'] })];

  /** Writing done at 10:00 and admin at 15:00 on each of the past days. */
  const history = Array.from({ length: 20 }, (_, day) => [
    task({
      status: 'completed',
      tags: ['writing'],
      completedAt: new Date(Date.parse('2026-06-04T10:00Z') - day * DAY_MS),
    }),
    task({
      status: 'completed',
      tags: ['admin'],
      completedAt: new Date(Date.parse('2026-06-04T15:00Z') - day * DAY_MS),
    }),
  ]).flat();
  const inTheMorning = new Date('2026-06-05T10:00Z');

  async function answerAt(
    at: Date,
    preferences: Partial<StoredPreferences> = {},
  ): ReturnType<typeof ask> {
    return ask(
      client,
      question(await storeUser(client, [...open, ...history], preferences), { at }),
    );
  }

  it('lift what the user usually does in this part of the day, and say so', async () => {
    const morning = await answerAt(inTheMorning);
    expect(morning.task?.number).toBe(1);
    const habit = morning.components.find(({ factor }) => factor === 'habit');
    expect(habit?.points).toBeGreaterThan(0.5);
    expect(habit?.points).toBeLessThanOrEqual(1.8);
    expect(habit?.why).toBe('You usually do "writing" in the morning.');
    expect(morning.reason).toContain('you usually do "writing" in the morning');
    const afternoon = await answerAt(new Date('2026-06-05T15:30Z'));
    expect(afternoon.task?.number).toBe(2);
    expect(afternoon.alternatives[0]?.whyNotFirst).toMatch(
      /^You (usually|seldom) do "\w+" in the afternoon\.$/,
    );
  });

  it('go by the user’s own clock', async () => {
    const inAuckland = await answerAt(inTheMorning, { timezone: 'Pacific/Auckland' });
    expect(inAuckland.components.find(({ factor }) => factor === 'habit')?.why).toContain(
      'at night',
    );
  });

  it('leave no trace when they are off or forgotten', async () => {
    const bare = await ask(client, question(await storeUser(client, open), { at: inTheMorning }));
    const shape = (answer: typeof bare): string =>
      JSON.stringify(answer, (key, value: unknown) =>
        ['id', 'userId', 'updatedAt'].includes(key) ? key : value,
      );
    const off = await answerAt(inTheMorning, { enableHabitLearning: false });
    const forgotten = await answerAt(inTheMorning, { habitsForgottenAt: inTheMorning });
    expect(shape(off)).toBe(shape(bare));
    expect(shape(forgotten)).toBe(shape(bare));
  });

  it('fade, so that recent days count for more than old ones', async () => {
    const later = new Date(inTheMorning.getTime() + 90 * DAY_MS);
    const [fresh, faded] = [await answerAt(inTheMorning), await answerAt(later)].map(
      ({ components }) => components.find(({ factor }) => factor === 'habit')?.points ?? 0,
    );
    expect(faded).toBeLessThan((fresh ?? 0) / 2);
  });

  it('can be read back with the number of completions they rest on', async () => {
    const userId = await storeUser(client, [...open, ...history]);
    const { rows } = await client.query(habitsStatement(userId, inTheMorning));
    expect(rows).toMatchObject([
      {
        dayPart: 'morning',
        tags: expect.arrayContaining(['writing', 'admin']) as unknown,
        completions: 40,
      },
      { dayPart: 'afternoon', completions: 40 },
      { dayPart: 'evening', tags: ['admin', 'writing'] },
      { dayPart: 'night' },
    ]);
  });
});

describe('the list by score', () => {
  it.each([BEST_FIRST, WORST_FIRST] as const)(
    'can be paged without skipping or repeating: %s',
    async (order) => {
      const tasks = Array.from({ length: 30 }, (_, index) =>
        task({
          priority: 1 + (index % 3),
          createdAt: new Date(CREATED.getTime() + (index % 2)),
          status: index % 5 === 0 ? 'completed' : 'pending',
          completedAt: index % 5 === 0 ? CREATED : null,
        }),
      );
      const userId = await storeUser(client, tasks, { weights: [0, 100, 0, 0] });
      const base = `WITH ${CLOCK_CTES}, listed AS (
      SELECT t.number, t.created_at, ${LISTED_SCORE} AS score FROM clock k JOIN tasks t ON t.user_id = $1)
      SELECT number, score, created_at AS "createdAt" FROM listed`;
      const whole = await client.query<Row>(`${base} ORDER BY ${order}`, [userId, NOON, null]);
      const paged: Row[] = [];
      for (let last: Row | undefined; paged.length < 30; last = paged.at(-1)) {
        const after = last ? afterPosition(last, order, 4) : { text: 'true', values: [] };
        const page = await client.query<Row>(
          `${base} WHERE ${after.text} ORDER BY ${order} LIMIT 7`,
          [userId, NOON, null, ...after.values],
        );
        paged.push(...page.rows);
      }
      expect(paged).toEqual(whole.rows);
      expect(paged.slice(-6).every(({ score }) => score === null)).toBe(true);
    },
  );

  it('scores what is asleep or completed with null and puts it last, older first', async () => {
    const userId = await storeUser(client, [
      task({ status: 'completed', completedAt: CREATED }),
      task({
        snoozedUntil: new Date(NOON.getTime() + 1),
        createdAt: new Date(CREATED.getTime() - 1),
      }),
      task({ priority: 1 }),
    ]);
    const listed = await listByScore(client, question(userId, { at: NOON }));
    expect(listed.map(({ number, score }) => [number, score === null])).toEqual([
      [3, false],
      [2, true],
      [1, true],
    ]);
  });
});
