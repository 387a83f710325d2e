import { html, LitElement, nothing } from 'lit';
import { actionName, count, milliseconds, percent } from './formats.js';
import { type History } from './history.js';
import './time-chart.js';

const FEW = 6;

/** How much was asked, how much of it failed, and how long each action took. */
export class AuditCharts extends LitElement {
  static override properties = { history: { attribute: false }, showsAll: { state: true } };

  history: History | null = null;
  private showsAll = false;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override render(): unknown {
    const { history } = this;
    if (!history) return nothing;
    const { actions } = history;
    const hidden = this.showsAll ? 0 : Math.max(0, actions.length - FEW);
    return html`
      <section aria-labelledby="requests">
        <h2 id="requests">Requests and errors</h2>
        <div class="charts wide">${countChart(history)}${errorChart(history)}</div>
      </section>
      <section aria-labelledby="latency">
        <h2 id="latency">Latency</h2>
        <p class="hint">
          Half of the requests took at most p50, 95 % at most p95, 99 % at most p99.
        </p>
        <div class="charts">
          ${actions
            .slice(0, actions.length - hidden)
            .map((action) => latencyChart(history, action))}
        </div>
        ${actions.length === 0 ? html`<p>Nothing was asked in this time.</p>` : nothing}
        ${
          hidden > 0
            ? html`<button @click=${this.showAll}>Show ${hidden} more actions</button>`
            : nothing
        }
      </section>
    `;
  }

  private showAll(): void {
    this.showsAll = true;
  }
}

function countChart(history: History): unknown {
  const lines = [
    { label: 'Requests', values: history.totals('count'), color: '--accent' },
    { label: 'Errors', values: history.totals('errors'), color: '--error' },
  ];
  return html`<time-chart
    label="Requests"
    kind="bars"
    .times=${history.times}
    .lines=${lines}
    .format=${count}
  ></time-chart>`;
}

function errorChart(history: History): unknown {
  const lines = [{ label: 'Error rate', values: history.errorRates(), color: '--error' }];
  return html`<time-chart
    label="Error rate"
    .times=${history.times}
    .lines=${lines}
    .format=${percent}
  ></time-chart>`;
}

function latencyChart(history: History, action: string): unknown {
  const lines = [
    { label: 'p50', values: history.durations(action, 'p50Ms'), color: '--p50' },
    { label: 'p95', values: history.durations(action, 'p95Ms'), color: '--p95' },
    { label: 'p99', values: history.durations(action, 'p99Ms'), color: '--p99' },
  ];
  return html`<time-chart
    .label=${actionName(action)}
    .times=${history.times}
    .lines=${lines}
    .format=${milliseconds}
  ></time-chart>`;
}

customElements.define('audit-charts', AuditCharts);
