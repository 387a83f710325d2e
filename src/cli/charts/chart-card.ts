export const CHART_WIDTH = 720;
export const CHART_LEFT = 64;

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
  .c3 { stroke: #8250df } .n3 { fill: #8250df }
  .c4 { stroke: #bf3989 } .n4 { fill: #bf3989 }
  @media (prefers-color-scheme: dark) {
    .card { fill: #0d1117; stroke: #30363d }
    text { fill: #b1bac4 }
    .title { fill: #f0f6fc }
    .grid { stroke: #262c36 }
    .axis { stroke: #7d8590 }
    .c0 { stroke: #58a6ff } .n0 { fill: #58a6ff }
    .c1 { stroke: #f0883e } .n1 { fill: #f0883e }
    .c2 { stroke: #56d364 } .n2 { fill: #56d364 }
    .c3 { stroke: #bc8cff } .n3 { fill: #bc8cff }
    .c4 { stroke: #f778ba } .n4 { fill: #f778ba }
  }`;

/** An SVG document: a titled card with `content` on it. */
export function chartCard(
  chart: { title: string; description: string; height: number },
  content: string,
): string {
  const { title, description, height } = chart;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${String(CHART_WIDTH)} ${String(height)}" role="img" aria-labelledby="title description">
<title id="title">${title}</title>
<desc id="description">${description}</desc>
<style>${STYLE}
</style>
<rect class="card" x="0.5" y="0.5" width="${String(CHART_WIDTH - 1)}" height="${String(height - 1)}" rx="8"/>
<text class="title" x="${String(CHART_LEFT)}" y="32">${title}</text>
${content}
</svg>
`;
}

/** A coordinate, to a tenth of a pixel. */
export function pixels(value: number): string {
  return value.toFixed(1);
}
