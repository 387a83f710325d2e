import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { actionName, milliseconds, moment } from './formats.js';
import { session } from './session.js';

/** What the page shows of an entry of `GET /api/audit-logs`. */
interface Entry {
  id: string;
  timestamp: string;
  action: string;
  result: 'success' | 'error';
  errorMessage: string | null;
  requestDurationMs: number;
  method: string;
  route: string | null;
  statusCode: number;
}

interface Page {
  items: Entry[];
  nextCursor: string | null;
}

/** The user's own requests, newest first. */
export class AuditTimeline extends LitElement {
  static override properties = {
    actions: { attribute: false },
    asOf: { attribute: false },
    entries: { state: true },
    problem: { state: true },
  };

  /** What can be asked for. */
  actions: string[] = [];
  /** Another moment starts anew, from the newest entry. */
  asOf = 0;

  private entries: Entry[] = [];
  private problem = '';
  private filters = { action: '', result: '' };
  private nextCursor: string | null = null;
  private latest = 0;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('asOf')) void this.load(null);
  }

  protected override render(): unknown {
    return html`<section aria-labelledby="timeline">
      <h2 id="timeline">Timeline</h2>
      <form class="filters" @change=${this.filter}>
        <label>
          Action
          <select name="action">
            <option value="">All</option>
            ${this.actions.map((action) => {
              return html`<option value=${action}>${actionName(action)}</option>`;
            })}
          </select>
        </label>
        <label>
          Result
          <select name="result">
            <option value="">All</option>
            <option value="success">Success</option>
            <option value="error">Error</option>
          </select>
        </label>
      </form>
      ${this.problem ? html`<p role="alert">${this.problem}</p>` : nothing}
      <div class="scroll" tabindex="0" role="region" aria-labelledby="timeline">
        ${this.table()}
      </div>
      ${this.nextCursor ? html`<button @click=${this.more}>Show more</button>` : nothing}
    </section>`;
  }

  private table(): unknown {
    return html`<table>
      <thead>
        <tr>
          <th scope="col">Time (UTC)</th>
          <th scope="col">Action</th>
          <th scope="col">Request</th>
          <th scope="col">Result</th>
          <th scope="col" class="number">Duration</th>
        </tr>
      </thead>
      <tbody>
        ${this.entries.map(row)}
      </tbody>
    </table>`;
  }

  private filter(event: Event): void {
    const fields = new FormData(event.currentTarget as HTMLFormElement);
    this.filters = Object.fromEntries(fields) as typeof this.filters;
    void this.load(null);
  }

  private more(): void {
    void this.load(this.nextCursor);
  }

  /** Adds the page at the cursor; without one the first page replaces what is there. */
  private async load(cursor: string | null): Promise<void> {
    const turn = ++this.latest;
    const given = { ...this.filters, cursor: cursor ?? '' };
    const query = new URLSearchParams(Object.entries(given).filter(([, value]) => value !== ''));
    try {
      const page = await session.get<Page>(`/api/audit-logs?${query.toString()}`);
      if (turn !== this.latest) return;
      this.nextCursor = page.nextCursor;
      this.entries = cursor === null ? page.items : [...this.entries, ...page.items];
      this.problem = '';
    } catch (error) {
      this.problem = (error as Error).message;
    }
  }
}

function row(entry: Entry): unknown {
  const { timestamp, action, method, route, requestDurationMs } = entry;
  return html`<tr class=${entry.result} id=${entry.id}>
    <td><time datetime=${timestamp}>${moment(timestamp)}</time></td>
    <td>${actionName(action)}</td>
    <td><code>${method} ${route}</code></td>
    <td>${outcome(entry)}</td>
    <td class="number">${milliseconds(requestDurationMs)}</td>
  </tr>`;
}

/** The status, and for an error its code and what was said about it. */
function outcome({ statusCode, errorMessage }: Entry): unknown {
  const [code = '', ...detail] = errorMessage?.split(': ') ?? [];
  if (code === '') return statusCode;
  return html`${statusCode} <a href="/api/docs/errors#${code}"><code>${code}</code></a>
    <span class="hint">${detail.join(': ')}</span>`;
}

customElements.define('audit-timeline', AuditTimeline);
