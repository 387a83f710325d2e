import { type Page } from 'playwright-core';
import { Browser, browserMissing } from './support/browser.js';
import { as, signUp, type TestUser } from './support/factories.js';
import { TestApp } from './support/test-app.js';

const missing = browserMissing();
const inBrowser = missing === null ? describe : describe.skip;

inBrowser(`the record in a browser${missing === null ? '' : ` (skipped: ${missing})`}`, () => {
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
    const other = await signUp(app);
    await as(app, owner).post('/api/tasks').send({ title: 'Mine' }).expect(201);
    await as(app, owner).get('/api/tasks/999').expect(404);
    await as(app, other).get('/api/preferences').expect(200);
    ({ page, complaints } = await browser.open(url));
  });
  afterEach(async () => {
    await page.close();
    expect(complaints).toEqual([]);
  });

  it('x', async () => {
    await signIn(owner);
    await page.getByRole('heading', { name: 'Latency' }).waitFor();
    await page.waitForTimeout(1500);
    await page.screenshot({ path: '/tmp/page-1.png', fullPage: true });
  });

  async function signIn({ email, password }: TestUser): Promise<void> {
    await page.getByLabel('E-mail').fill(email);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
  }
});
