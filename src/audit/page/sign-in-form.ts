import { html, LitElement, nothing } from 'lit';
import { session } from './session.js';

export class SignInForm extends LitElement {
  static override properties = { problem: { state: true }, isBusy: { state: true } };

  private problem = '';
  private isBusy = false;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override render(): unknown {
    return html`<form class="card" @submit=${this.signIn}>
      <h2>Sign in</h2>
      <label>E-mail <input name="email" type="email" autocomplete="username" required /></label>
      <label>
        Password
        <input name="password" type="password" autocomplete="current-password" required />
      </label>
      ${this.problem ? html`<p role="alert">${this.problem}</p>` : nothing}
      <button class="primary" ?disabled=${this.isBusy}>Sign in</button>
    </form>`;
  }

  private async signIn(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const fields = new FormData(event.currentTarget as HTMLFormElement);
    this.isBusy = true;
    try {
      await session.signIn(fields.get('email') as string, fields.get('password') as string);
    } catch (error) {
      this.problem = (error as Error).message;
    } finally {
      this.isBusy = false;
    }
  }
}

customElements.define('sign-in-form', SignInForm);
