import { CHART_LEFT, CHART_WIDTH, chartCard, pixels } from '../../src/cli/charts/chart-card.js';

/** Groups of bars, each bar made of parts that add up. */
export interface BarChart {
  title: string;
  /** What the chart shows, for who cannot see it. */
  description: string;
  /** What the parts are called, in their order. */
  parts: string[];
  groups: { name: string; bars: { name: string; values: number[] }[] }[];
  /** Written behind each bar's total. */
  unit: string;
}

const BAR = { height: 14, step: 18, left: CHART_LEFT + 80, right: CHART_WIDTH - 110 };
const GROUP_GAP = 28;
const TOP = 76;

/** The chart as an SVG document. */
export function barChart(chart: BarChart): string {
  const longest = Math.max(
    ...chart.groups.flatMap(({ bars }) => bars.map(({ values }) => total(values))),
  );
  const lines = [legend(chart)];
  let y = TOP;
  for (const { name, bars } of chart.groups) {
    y += GROUP_GAP;
    lines.push(`<text class="name" x="${String(CHART_LEFT)}" y="${String(y - 6)}">${name}</text>`);
    for (const bar of bars) {
      lines.push(barOf(bar, { y, longest, unit: chart.unit }));
      y += BAR.step;
    }
  }
  return chartCard({ ...chart, height: y + 20 }, lines.join('\n'));
}

function legend({ parts }: BarChart): string {
  return parts
    .map((name, index) => {
      const x = CHART_LEFT + index * 140;
      return `<rect class="n${String(index)}" x="${String(x)}" y="48" width="12" height="12"/>
<text x="${String(x + 18)}" y="59">${name}</text>`;
    })
    .join('\n');
}

function barOf(
  { name, values }: { name: string; values: number[] },
  { y, longest, unit }: { y: number; longest: number; unit: string },
): string {
  const scale = (BAR.right - BAR.left) / longest;
  let x = BAR.left;
  const parts = values.map((value, index) => {
    const rect = `<rect class="n${String(index)}" x="${pixels(x)}" y="${String(y)}" width="${pixels(value * scale)}" height="${String(BAR.height)}"/>`;
    x += value * scale;
    return rect;
  });
  const baseline = String(y + BAR.height - 3);
  return `<text x="${String(BAR.left - 8)}" y="${baseline}" text-anchor="end">${name}</text>
${parts.join('\n')}
<text x="${pixels(x + 6)}" y="${baseline}">${Math.round(total(values)).toLocaleString('en')} ${unit}</text>`;
}

function total(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
