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

interface Axis {
  label: string;
  from: number;
  to: number;
  ticks: { value: number; label: string }[];
}

const WIDTH = 720;
const HEIGHT = 380;
const PLOT = { left: 64, right: 696, top: 56, bottom: 316 };
const SAMPLES = 300;

/** Text and lines keep their contrast on light and on dark pages: the chart brings its own background. */
const STYLE = `
  .card { fill: #ffffff; stroke: #d0d7de }
  text { font: 13px system-ui, -apple-system, 'Segoe UI', sans-serif; fill: #424a53 }
  .title { font-size: 16px; font-weight: 600; fill: #1f2328 }
  .grid { stroke: #d8dee4; stroke-width: 1 }
  .axis { stroke: #818b98; stroke-width: 1 }
  .curve { fill: none; stroke-width: 2.5; stroke-linejoin: round }
  .dashed { stroke-dasharray: 6 5 }
  .name { font-weight: 600 }
  .c0 { stroke: #0969da } .n0 { fill: #0969da }
  .c1 { stroke: #bc4c00 } .n1 { fill: #bc4c00 }
  .c2 { stroke: #1a7f37 } .n2 { fill: #1a7f37 }
  @media (prefers-color-scheme: dark) {
    .card { fill: #0d1117; stroke: #30363d }
    text { fill: #b1bac4 }
    .title { fill: #f0f6fc }
    .grid { stroke: #262c36 }
    .axis { stroke: #7d8590 }
    .c0 { stroke: #58a6ff } .n0 { fill: #58a6ff }
    .c1 { stroke: #f0883e } .n1 { fill: #f0883e }
    .c2 { stroke: #56d364 } .n2 { fill: #56d364 }
  }`;

/** The chart as an SVG document; the same chart is always the same text. */
export function lineChart(chart: LineChart): string {
  const { title, description, x, y, curves } = chart;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${String(WIDTH)} ${String(HEIGHT)}" role="img" aria-labelledby="title description">
<title id="title">${title}</title>
<desc id="description">${description}</desc>
<style>${STYLE}
</style>
<rect class="card" x="0.5" y="0.5" width="${String(WIDTH - 1)}" height="${String(HEIGHT - 1)}" rx="8"/>
<text class="title" x="${String(PLOT.left)}" y="32">${title}</text>
${y.ticks.map((tick) => rowOf(tick, y)).join('\n')}
${x.ticks.map((tick) => columnOf(tick, x)).join('\n')}
<text x="${String((PLOT.left + PLOT.right) / 2)}" y="360" text-anchor="middle">${x.label}</text>
<text transform="translate(20 ${String((PLOT.top + PLOT.bottom) / 2)}) rotate(-90)" text-anchor="middle">${y.label}</text>
${curves.map((curve, index) => lineOf(curve, index, chart)).join('\n')}
</svg>
`;
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

function pixels(value: number): string {
  return value.toFixed(1);
}
