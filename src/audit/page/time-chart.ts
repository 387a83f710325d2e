import { html, LitElement } from 'lit';
import uPlot from 'uplot';
import { type Values } from './history.js';

export interface Line {
  label: string;
  values: Values;
  /** The custom property that holds its colour. */
  color: string;
}

const HEIGHT = 200;
const DAY_SECONDS = 86_400;
/** Where an ISO text has its month and day, its hour and minute. */
const DATE = [5, 10] as const;
const TIME = [11, 16] as const;
const WHOLE_STEPS = [1, 10, 100, 1000, 10_000].flatMap((unit) => [unit, 2 * unit, 5 * unit]);

const BARS: uPlot.Series.PathBuilder = uPlot.paths.bars?.({ size: [0.7, 48] }) ?? (() => null);

/** Values over time, as lines or as bars that stand behind each other. */
export class TimeChart extends LitElement {
  static override properties = {
    label: {},
    kind: {},
    times: { attribute: false },
    lines: { attribute: false },
    format: { attribute: false },
  };

  label = '';
  kind: 'lines' | 'bars' = 'lines';
  times: number[] = [];
  lines: Line[] = [];
  format: (value: number) => string = String;

  private plot: uPlot | null = null;
  private readonly darkness = matchMedia('(prefers-color-scheme: dark)');
  private readonly resized = new ResizeObserver(() => {
    this.plot?.setSize({ width: this.clientWidth, height: HEIGHT });
  });
  private readonly redraw = (): void => {
    this.requestUpdate();
  };

  override connectedCallback(): void {
    super.connectedCallback();
    this.resized.observe(this);
    this.darkness.addEventListener('change', this.redraw);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.resized.disconnect();
    this.darkness.removeEventListener('change', this.redraw);
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override render(): unknown {
    return html`<figure>
      <figcaption>${this.label}</figcaption>
      <div class="plot" role="img" aria-label=${this.summary()}></div>
    </figure>`;
  }

  protected override updated(): void {
    this.plot?.destroy();
    const place = this.querySelector<HTMLElement>('.plot');
    if (!place) return;
    const data = [this.times, ...this.lines.map(({ values }) => values)] as uPlot.AlignedData;
    this.plot = new uPlot(this.options(), data, place);
  }

  /** For those who do not see the plot. */
  private summary(): string {
    const peaks = this.lines.map(({ label, values }) => {
      const known = values.filter((value) => value !== null);
      return `${label} up to ${known.length > 0 ? this.format(Math.max(...known)) : 'nothing'}`;
    });
    return `${this.label}: ${peaks.join(', ')}`;
  }

  private options(): uPlot.Options {
    const axis = {
      stroke: this.color('--muted'),
      grid: { stroke: this.color('--grid'), width: 1 },
    };
    const step = (this.times[1] ?? 0) - (this.times[0] ?? 0);
    const edge = this.kind === 'bars' ? step / 2 : 0;
    const clock = (seconds: number): string =>
      new Date(seconds * 1000).toISOString().slice(...(step < DAY_SECONDS ? TIME : DATE));
    return {
      width: this.clientWidth,
      height: HEIGHT,
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'UTC'),
      cursor: { y: false, drag: { setScale: false } },
      scales: {
        x: { range: (_, min, max) => [min - edge, max + edge] },
        y: { range: (_, _min, max) => [0, max > 0 ? max * 1.1 : 1] },
      },
      axes: [
        { ...axis, size: 32, values: (_, ticks) => ticks.map(clock) },
        {
          ...axis,
          size: 64,
          values: (_, ticks) => ticks.map(this.format),
          ...(this.kind === 'bars' && { incrs: WHOLE_STEPS }),
        },
      ],
      series: [
        { value: '{YYYY}-{MM}-{DD} {HH}:{mm}' },
        ...this.lines.map((line) => this.series(line)),
      ],
    };
  }

  private series({ label, color }: Line): uPlot.Series {
    const stroke = this.color(color);
    return {
      label,
      stroke,
      spanGaps: true,
      value: (_, value: number | null) => (value === null ? '–' : this.format(value)),
      ...(this.kind === 'bars'
        ? { width: 0, fill: stroke, paths: BARS, points: { show: false } }
        : { width: 2, points: { show: true, size: 5, fill: stroke } }),
    };
  }

  private color(name: string): string {
    return getComputedStyle(this).getPropertyValue(name);
  }
}

customElements.define('time-chart', TimeChart);
