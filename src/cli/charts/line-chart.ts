import { CHART_LEFT, chartCard, pixels } from './chart-card.js';

/** A function drawn as a line, with its name beside it. */
export interface Curve {
  name: string;
  y: (x: number) => number;
  /** Where along the x axis the name stands, and how many pixels above (negative) or below the line. */
  nameAt: number;
  nameOffset: number;
  isDashed?: boolean;
}

export interface LineChart {
  title: string;
  /** What the chart shows, for who cannot see it. */
  description: string;
  x: Axis;
  y: Axis;
  curves: Curve[];
}

export interface Axis {
  label: string;
  from: number;
  to: number;
  ticks: { value: number; label: string }[];
}

const HEIGHT = 380;
const PLOT = { left: CHART_LEFT, right: 696, top: 56, bottom: 316 };
const SAMPLES = 300;

/** The chart as an SVG document; the same chart is always the same text. */
export function lineChart(chart: LineChart): string {
  const { x, y, curves } = chart;
  return chartCard(
    { ...chart, height: HEIGHT },
    `${y.ticks.map((tick) => rowOf(tick, y)).join('\n')}
${x.ticks.map((tick) => columnOf(tick, x)).join('\n')}
<text x="${String((PLOT.left + PLOT.right) / 2)}" y="360" text-anchor="middle">${x.label}</text>
<text transform="translate(20 ${String((PLOT.top + PLOT.bottom) / 2)}) rotate(-90)" text-anchor="middle">${y.label}</text>
${curves.map((curve, index) => lineOf(curve, index, chart)).join('\n')}`,
  );
}

function rowOf({ value, label }: Axis['ticks'][number], y: Axis): string {
  const height = pixels(down(value, y));
  const kind = value === y.from ? 'axis' : 'grid';
  return `<line class="${kind}" x1="${String(PLOT.left)}" x2="${String(PLOT.right)}" y1="${height}" y2="${height}"/>
<text x="${String(PLOT.left - 10)}" y="${height}" dy="4" text-anchor="end">${label}</text>`;
}

function columnOf({ value, label }: Axis['ticks'][number], x: Axis): string {
  const place = pixels(across(value, x));
  return `<line class="axis" x1="${place}" x2="${place}" y1="${String(PLOT.bottom)}" y2="${String(PLOT.bottom + 5)}"/>
<text x="${place}" y="${String(PLOT.bottom + 21)}" text-anchor="middle">${label}</text>`;
}

function lineOf(curve: Curve, index: number, { x, y }: LineChart): string {
  const points = Array.from({ length: SAMPLES + 1 }, (_, sample) => {
    const value = x.from + ((x.to - x.from) * sample) / SAMPLES;
    return `${pixels(across(value, x))},${pixels(down(curve.y(value), y))}`;
  });
  const height = down(curve.y(curve.nameAt), y) + curve.nameOffset;
  const kind = `curve c${String(index)}${curve.isDashed ? ' dashed' : ''}`;
  return `<polyline class="${kind}" points="${points.join(' ')}"/>
<text class="name n${String(index)}" x="${pixels(across(curve.nameAt, x))}" y="${pixels(height)}">${curve.name}</text>`;
}

function across(value: number, { from, to }: Axis): number {
  return PLOT.left + ((PLOT.right - PLOT.left) * (value - from)) / (to - from);
}

function down(value: number, { from, to }: Axis): number {
  return PLOT.bottom - ((PLOT.bottom - PLOT.top) * (value - from)) / (to - from);
}
