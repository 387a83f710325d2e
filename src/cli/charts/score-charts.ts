import { UNDATED } from '../../tasks/scoring/curves.js';
import { completionWeight, datedUrgency, effortValue, undatedUrgency } from './formulas.js';
import { type Curve, lineChart } from './line-chart.js';

const WORKDAY_MINUTES = 480;
const DAYS_PER_WORKDAY = 7 / 5;

/** The charts of `docs/scoring.md`: name of the file, and its text. */
export function scoreCharts(): { file: string; svg: string }[] {
  return [
    {
      file: 'urgency-dated.svg',
      svg: lineChart({
        title: 'Urgency of a task with a due date',
        description:
          'Urgency is 1 from the due date on and falls as more working days are left: faster for a short task than for a long one.',
        x: { label: 'working days of 8 hours left', from: -1, to: 15, ticks: ticks(0, 14, 2) },
        y: { label: 'urgency', from: 0, to: 1, ticks: ticks(0, 1, 0.2) },
        curves: [
          effortCurve('8 hours of work', 480, 6.2, -10),
          effortCurve('2 hours', 120, 4.1, -10),
          effortCurve('15 minutes', 15, 8, 20),
        ],
      }),
    },
    {
      file: 'urgency-undated.svg',
      svg: lineChart({
        title: 'Urgency of a task without a due date',
        description: `Urgency grows from ${String(UNDATED.floor)} with the days since the task was added and never reaches ${String(UNDATED.ceiling)}.`,
        x: { label: 'days since the task was added', from: 0, to: 180, ticks: ticks(0, 180, 30) },
        y: { label: 'urgency', from: 0, to: 0.4, ticks: ticks(0, 0.4, 0.1) },
        curves: [
          { name: 'without a due date', y: undatedUrgency, nameAt: 62, nameOffset: 24 },
          {
            name: 'never reached',
            y: () => UNDATED.ceiling,
            nameAt: 2,
            nameOffset: -9,
            isDashed: true,
          },
        ],
      }),
    },
    {
      file: 'effort.svg',
      svg: lineChart({
        title: 'What effort is worth',
        description:
          'The value falls gently with the estimate: it is a half at two hours and a fifth at eight.',
        x: {
          label: 'estimate in hours',
          from: 0,
          to: 480,
          ticks: ticks(0, 8, 1).map(({ value, label }) => ({ value: value * 60, label })),
        },
        y: { label: 'value', from: 0, to: 1, ticks: ticks(0, 1, 0.2) },
        curves: [{ name: 'effort', y: effortValue, nameAt: 130, nameOffset: -12 }],
      }),
    },
    {
      file: 'habit-memory.svg',
      svg: lineChart({
        title: 'How long a completion counts for habits',
        description: 'The weight of a completion halves every thirty days.',
        x: { label: 'days since the completion', from: 0, to: 180, ticks: ticks(0, 180, 30) },
        y: { label: 'weight', from: 0, to: 1, ticks: ticks(0, 1, 0.2) },
        curves: [{ name: 'one completion', y: completionWeight, nameAt: 34, nameOffset: -10 }],
      }),
    },
  ];
}

/** Five working days a week, so that the calendar runs along. */
function effortCurve(
  name: string,
  effortMinutes: number,
  nameAt: number,
  nameOffset: number,
): Curve {
  const y = (workdays: number): number =>
    datedUrgency({
      effortMinutes,
      workingMinutesLeft: workdays * WORKDAY_MINUTES,
      daysLeft: workdays * DAYS_PER_WORKDAY,
    });
  return { name, y, nameAt, nameOffset };
}

function ticks(from: number, to: number, step: number): { value: number; label: string }[] {
  const count = Math.round((to - from) / step);
  return Array.from({ length: count + 1 }, (_, index) => {
    const value = Number((from + index * step).toFixed(6));
    return { value, label: String(value) };
  });
}
