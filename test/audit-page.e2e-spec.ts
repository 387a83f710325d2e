import { type Page } from 'playwright-core';
import { Browser, browserMissing } from './support/browser.js';
import { as, signUp, type TestUser } from './support/factories.js';
import { createTask } from './support/tasks.js';
import { TestApp } from './support/test-app.js';

const HOUR_MS = 3_600_000;
const OLD_REQUESTS = 60;

/** A request every ten minutes, the newest an hour old, every ninth of them an error. */
const INSERT_HISTORY = `
  INSERT INTO audit_logs (timestamp, id, user_id, action, result, error_message, request_duration_ms, method, route, status_code)
  SELECT now() - interval '1 hour' - n * interval '10 minutes', gen_random_uuid(), $1, 'GET_BEST_TASK',
    CASE WHEN n % 9 = 0 THEN 'error' ELSE 'success' END, CASE WHEN n % 9 = 0 THEN 'pool_exhausted: Busy.' END,
    5 + n % 7 + 40 * (n % 6 / 5), 'GET', '/api/tasks/best', CASE WHEN n % 9 = 0 THEN 503 ELSE 200 END
  FROM generate_series(0, $2::int - 1) n`;

/** How many pixels of a chart have something on them. */
const painted = (chart: number) => `{
  const canvas = document.querySelectorAll('time-chart canvas')[${String(chart)}];
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  data.filter((value, index) => index % 4 === 3 && value > 0).length;
}`;

const MAKE_TOKEN_INVALID = `{
  const stored = JSON.parse(sessionStorage.getItem('mindflow-session'));
  sessionStorage.setItem('mindflow-session', JSON.stringify({ ...stored, accessToken: 'old' }));
}`;

const missing = browserMissing();
if (missing !== null)
  process.stderr.write(`The record's page is not tried in a browser: ${missing}\n`);
const inBrowser = missing === null ? describe : describe.skip;

inBrowser('the page of the record, in a browser', () => {
  let app: TestApp;
  let browser: Browser;
  let url: string;
  let owner: TestUser;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    [app, browser] = await Promise.all([TestApp.start(), Browser.start()]);
    url = `${await app.nest.getUrl()}/audit`;
  });
  afterAll(async () => {
    await browser.stop();
    await app.stop();
  });

  beforeEach(async () => {
    owner = await signUp(app);
    await createTask(as(app, owner));
    await as(app, owner).get('/api/tasks/999').expect(404);
    await app.database.query(INSERT_HISTORY, [owner.user.id, OLD_REQUESTS]);
    const other = await signUp(app);
    await as(app, other).get('/api/preferences').expect(200);
    ({ page, complaints } = await browser.open(url));
  });
  afterEach(async () => {
    await page.close();
  });

  it('draws what was asked, what failed and how long it took, without a complaint', async () => {
    await signIn();
    const charts = page.locator('time-chart');
    await charts.nth(5).waitFor();
    const names = await charts.locator('figcaption').allTextContents();
    expect(names.slice(0, 3)).toEqual(['Requests', 'Error rate', 'Get best task']);
    expect(names.slice(3).toSorted()).toEqual(['Create task', 'Get task', 'Login', 'Register']);
    await page.getByRole('img', { name: /^Error rate: Error rate up to \d+/ }).waitFor();
    expect(complaints).toEqual([]);
    const empty = await paintedPixels(names.indexOf('Register'));
    for (const chart of names.keys()) expect(await paintedPixels(chart)).toBeGreaterThan(500);
    expect(await paintedPixels(names.indexOf('Get best task'))).toBeGreaterThan(empty + 200);
  });

  it('Z03 lists the user’s own requests and nobody else’s, with the codes of errors', async () => {
    await signIn();
    await row('Register').waitFor();
    const error = row('Get task');
    expect(await error.getAttribute('class')).toBe('error');
    expect(await error.textContent()).toContain('GET /api/tasks/:ref');
    const code = error.getByRole('link', { name: 'task_not_found' });
    expect(await code.getAttribute('href')).toBe('/api/docs/errors#task_not_found');
    expect(await row('Get preferences').count()).toBe(0);
    const ids = await Promise.all((await rows().all()).map((one) => one.getAttribute('id')));
    const strangers = await app.database.query(
      'SELECT id FROM audit_logs WHERE id = ANY($1) AND user_id IS DISTINCT FROM $2',
      [ids, owner.user.id],
    );
    expect(ids.length).toBe(50);
    expect(strangers).toEqual([]);
  });

  it('goes on to older requests, and filters by action and result', async () => {
    await signIn();
    await row('Register').waitFor();
    await page.getByRole('button', { name: 'Show more' }).click();
    await rows().nth(OLD_REQUESTS).waitFor();
    await page.getByLabel('Action').selectOption('GET_BEST_TASK');
    await page.getByLabel('Result').selectOption('error');
    await row('Create task').waitFor({ state: 'detached' });
    await row('pool_exhausted').first().waitFor();
    expect(await page.locator('tbody tr.success').count()).toBe(0);
    expect(await rows().count()).toBe(Math.ceil(OLD_REQUESTS / 9));
    expect(complaints).toEqual([]);
  });

  it('shows another range of time', async () => {
    await signIn();
    await row('Register').waitFor();
    const asked = page.waitForRequest(/stats\?bucket=day/);
    await page.getByLabel('Last 30 days').check();
    const from = new URL((await asked).url()).searchParams.get('from') ?? '';
    expect((Date.now() - Date.parse(from)) / (24 * HOUR_MS)).toBeGreaterThan(29);
    await page.getByLabel('Last hour').check();
    await page.getByRole('img', { name: /^Get task: p50/ }).waitFor();
    await page.getByRole('img', { name: /^Get best task/ }).waitFor({ state: 'detached' });
    expect(complaints).toEqual([]);
  });

  it('renews its tokens, survives a reload and forgets everything on signing out', async () => {
    await signIn();
    await row('Register').waitFor();
    await page.evaluate(MAKE_TOKEN_INVALID);
    await page.reload();
    await row('Refresh tokens').waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await page.evaluate('sessionStorage.length + localStorage.length')).toBe(0);
    expect(await row('Register').count()).toBe(0);
  });

  it('says what is wrong with a sign-in', async () => {
    await signIn({ ...owner, password: 'not the password' });
    const alert = page.getByRole('alert');
    await alert.waitFor();
    expect(await alert.textContent()).toMatch(/password/i);
  });

  async function signIn({ email, password }: TestUser = owner): Promise<void> {
    await page.getByLabel('E-mail').fill(email);
    await page.getByLabel('Password').fill(password);
    await page.keyboard.press('Enter');
  }

  function rows() {
    return page.locator('audit-timeline tbody tr');
  }

  function row(text: string) {
    return rows().filter({ hasText: text });
  }

  function paintedPixels(chart: number): Promise<number> {
    return page.evaluate(painted(chart));
  }
});
