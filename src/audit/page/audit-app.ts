import { html, LitElement, nothing } from 'lit';
import './audit-timeline.js';
import './charts.js';
import { History, RANGES, type RangeName, type Stats } from './history.js';
import { session } from './session.js';
import './sign-in-form.js';

/** The page: whoever is signed in sees what they asked, how it ended and how long it took. */
export class AuditApp extends LitElement {
  static override properties = {
    range: { state: true },
    history: { state: true },
    asOf: { state: true },
    problem: { state: true },
  };

  private range: RangeName = 'day';
  private history: History | null = null;
  private asOf = 0;
  private problem = '';
  private readonly changed = (): void => {
    this.history = null;
    void this.load();
  };

  override connectedCallback(): void {
    super.connectedCallback();
    session.addEventListener('change', this.changed);
    void this.load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    session.removeEventListener('change', this.changed);
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override render(): unknown {
    return html`
      <header>
        <h1>MindFlow <span>record</span></h1>
        ${session.email === null ? nothing : this.account(session.email)}
      </header>
      <main>${session.email === null ? html`<sign-in-form></sign-in-form>` : this.record()}</main>
    `;
  }

  private account(email: string): unknown {
    return html`<p>${email} <button @click=${this.signOut}>Sign out</button></p>`;
  }

  private record(): unknown {
    return html`
      <form class="filters" @change=${this.pick}>
        <fieldset>
          <legend>Range (times are in UTC)</legend>
          ${Object.entries(RANGES).map(([name, { label }]) => {
            return html`<label>
              <input type="radio" name="range" value=${name} ?checked=${name === this.range} />
              ${label}
            </label>`;
          })}
        </fieldset>
        <button type="button" @click=${this.load}>Refresh</button>
      </form>
      ${this.problem ? html`<p role="alert">${this.problem}</p>` : nothing}
      <audit-charts .history=${this.history}></audit-charts>
      <audit-timeline .actions=${this.history?.actions ?? []} .asOf=${this.asOf}></audit-timeline>
    `;
  }

  private pick(event: Event): void {
    this.range = (event.target as HTMLInputElement).value as RangeName;
    void this.load();
  }

  private signOut(): void {
    void session.signOut();
  }

  private async load(): Promise<void> {
    if (session.email === null) {
      this.requestUpdate();
      return;
    }
    this.asOf = Date.now();
    const [range, asOf] = [RANGES[this.range], this.asOf];
    const from = new Date((new History(range, asOf).times[0] ?? 0) * 1000).toISOString();
    try {
      const path = `/api/audit-logs/stats?bucket=${range.bucket}&from=${from}`;
      const { items } = await session.get<{ items: Stats[] }>(path);
      if (asOf === this.asOf) this.history = new History(range, asOf, items);
      this.problem = '';
    } catch (error) {
      this.problem = (error as Error).message;
    }
  }
}

customElements.define('audit-app', AuditApp);
