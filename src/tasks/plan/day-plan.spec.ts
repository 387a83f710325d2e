import fc from 'fast-check';
import { dayPlan } from './day-plan.js';
import { type PlanRow, type PlanTask } from './plan-row.js';

const MINUTE_MS = 60_000;
const OPENS = Date.parse('2026-06-05T09:00Z');
const SHIFT = { opens: OPENS, closes: OPENS + 480 * MINUTE_MS };

/** A task of some minutes, due so many minutes after the shift opened; the next shift opens 16 hours after this one closes. */
function planTask(
  number: number,
  effortMinutes: number,
  dueInMinutes: number | null = null,
): PlanTask {
  const shifts = dueInMinutes === null ? null : Math.max(dueInMinutes, 0);
  const left =
    shifts === null ? null : Math.floor(shifts / 1440) * 480 + Math.min(shifts % 1440, 480);
  const due = dueInMinutes === null ? null : OPENS + dueInMinutes * MINUTE_MS;
  return {
    task: {
      id: String(number),
      number,
      version: 1,
      title: `Task ${String(number)}`,
      status: 'pending',
      priority: 3,
      impact: 3,
      effortEstimateMinutes: effortMinutes,
      tags: [],
      createdAt: '',
    },
    score: 100 - number,
    effortMinutes,
    due,
    dueLocal: due === null ? null : new Date(due).toISOString().slice(0, 16),
    workingMinutesLeft: left,
    minutesAfterShift: left === null ? null : Math.max(left - 480, 0),
  };
}

function planRow(tasks: PlanTask[], shift: PlanRow['shift'] = SHIFT): PlanRow {
  return {
    date: '2026-06-05',
    timezone: 'UTC',
    evaluatedAt: '2026-06-05T09:00:00.000Z',
    localTime: '2026-06-05T09:00',
    shift,
    tasks,
    sleepers: [],
  };
}

const someTasks = fc
  .array(
    fc.tuple(fc.integer({ min: 1, max: 480 }), fc.option(fc.integer({ min: -600, max: 4000 }))),
    { maxLength: 20 },
  )
  .map((drawn) => drawn.map(([effort, due], index) => planTask(index + 1, effort, due)));

function numbers(named: readonly { task: { number: number } }[]): number[] {
  return named.map(({ task }) => task.number);
}

describe('a day plan', () => {
  it('fills the day by score, one task after the other', () => {
    const plan = dayPlan(planRow([planTask(1, 240), planTask(2, 300), planTask(3, 180)]));
    expect(plan.blocks.map(({ task, start, end }) => [task.number, start, end])).toEqual([
      [1, '2026-06-05T09:00:00.000Z', '2026-06-05T13:00:00.000Z'],
      [3, '2026-06-05T13:00:00.000Z', '2026-06-05T16:00:00.000Z'],
    ]);
    expect(plan.unplanned).toMatchObject([
      { task: { number: 2 }, why: 'It needs 5 h, and 1 h is left.' },
    ]);
  });

  it('protects what can only be done in time today, and does it in time', () => {
    const plan = dayPlan(planRow([planTask(1, 420), planTask(2, 120, 480), planTask(3, 60, 90)]));
    expect(numbers(plan.blocks)).toEqual([2, 3].sort((a, b) => b - a));
    expect(numbers(plan.unplanned)).toEqual([1]);
  });

  it('does the best first when that makes nothing late', () => {
    const plan = dayPlan(planRow([planTask(1, 60), planTask(2, 60, 120), planTask(3, 60, 300)]));
    expect(numbers(plan.blocks)).toEqual([1, 2, 3]);
  });

  it('warns of what working time does not reach, alone or together', () => {
    const { warnings } = dayPlan(
      planRow([
        planTask(1, 60, -60),
        planTask(2, 240, 120),
        planTask(3, 400, 480),
        planTask(4, 300, 1500),
      ]),
    );
    expect(warnings.map(({ task, why }) => [task.number, why])).toEqual([
      [1, 'It was due today at 08:00.'],
      [2, 'It needs 4 h, and 2 h of working time is left until it is due today at 11:00.'],
      [
        4,
        'What is due until tomorrow at 10:00 needs 12 h together, and 9 h of working time is left.',
      ],
    ]);
  });

  it('has no blocks when no working hours are left', () => {
    const plan = dayPlan(planRow([planTask(1, 10)], null));
    expect(plan).toMatchObject({ workingHours: null, blocks: [] });
    expect(plan.unplanned[0]?.why).toBe('This day has no working hours, or none are left.');
  });

  it('never overlaps, never leaves the working hours, and misses no due date it could have met', () => {
    fc.assert(
      fc.property(someTasks, (tasks) => {
        const { blocks } = dayPlan(planRow(tasks));
        let end = SHIFT.opens;
        for (const block of blocks) {
          expect(Date.parse(block.start)).toBe(end);
          end = Date.parse(block.end);
          const [task] = tasks.filter(({ task: { number } }) => number === block.task.number);
          expect(end - Date.parse(block.start)).toBe((task?.effortMinutes ?? 0) * MINUTE_MS);
          expect(end).toBeLessThanOrEqual(
            task && reachable(task) ? Math.min(task.due ?? end, SHIFT.closes) : SHIFT.closes,
          );
        }
      }),
    );
  });

  it('names every task once, plans all last chances when they fit together, and is the same each time', () => {
    fc.assert(
      fc.property(someTasks, (tasks) => {
        const plan = dayPlan(planRow(tasks));
        const named = [...numbers(plan.blocks), ...numbers(plan.unplanned)].sort((a, b) => a - b);
        expect(named).toEqual(tasks.map(({ task }) => task.number));
        const lastChances = tasks.filter(
          (task) => reachable(task) && (task.minutesAfterShift ?? 0) < task.effortMinutes,
        );
        const together = dayPlan(planRow(lastChances)).unplanned.length === 0;
        const promised = together ? lastChances : [];
        expect(numbers(plan.blocks)).toEqual(expect.arrayContaining(numbers(promised)));
        expect(dayPlan(planRow(tasks))).toEqual(plan);
      }),
    );
  });
});

function reachable({ due, effortMinutes }: PlanTask): boolean {
  return due !== null && OPENS + effortMinutes * MINUTE_MS <= due;
}
