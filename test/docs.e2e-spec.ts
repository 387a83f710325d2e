import { readErrorCatalogue } from '../src/docs/error-catalogue.js';
import { PROBLEMS } from '../src/http/problem.js';
import { TestApp } from './support/test-app.js';

describe('the documentation', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.stop());

  it('shows the API on a page that loads nothing from elsewhere', async () => {
    const { status, text, headers } = await app.http.get('/api/docs');
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(headers['content-security-policy']).toContain("default-src 'none';script-src 'self';");
    const sources = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, source]) => source);
    expect(sources).toHaveLength(4);
    for (const source of sources) {
      expect(source).toMatch(/^\/api\/docs\//);
      await app.http.get(String(source)).expect(200);
    }
    expect(text).not.toMatch(/<script>|<style>|onload=/);
  });

  it.each([
    ['swagger-ui-bundle.js', 'text/javascript; charset=utf-8'],
    ['swagger-ui.css', 'text/css; charset=utf-8'],
    ['favicon-32x32.png', 'image/png'],
  ])('serves %s to be kept for a day', async (file, type) => {
    const { status, headers } = await app.http.get(`/api/docs/assets/${file}`);
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-type': type,
      'cache-control': 'public, max-age=86400',
    });
  });

  it('starts the page with the description that the server has', async () => {
    const { text } = await app.http.get('/api/docs/start.js').expect(200);
    expect(text).toContain("url: '/api/openapi.json'");
  });

  it.each(['package.json', 'index.html', '..%2fpackage.json', 'constructor'])(
    'serves no other file: %s',
    async (file) => {
      const { status, body, headers } = await app.http.get(`/api/docs/assets/${file}`);
      expect(status).toBe(404);
      expect(body).toMatchObject({ code: 'route_not_found' });
      expect(headers['cache-control']).toBe('no-store');
    },
  );

  it('has no second address with a slash at its end', async () => {
    const { body } = await app.http.get('/api/docs/').expect(404);
    expect(body).toMatchObject({ code: 'route_not_found' });
  });

  it('answers that its description has not changed to whoever has it', async () => {
    const { headers } = await app.http.get('/api/openapi.json').expect(200);
    const again = () => app.http.get('/api/openapi.json');
    const unchanged = await again().set('If-None-Match', String(headers['etag']));
    expect([unchanged.status, unchanged.text]).toEqual([304, '']);
    await again().set('If-None-Match', '"another"').expect(200);
  });

  it('leaves no audit row', async () => {
    const count = () => app.database.query('SELECT id FROM audit_logs');
    const before = await count();
    const paths = ['/api/docs', '/api/docs/errors', '/api/docs/assets/x', '/api/openapi.json'];
    for (const path of paths) await app.http.get(path);
    expect(await count()).toHaveLength(before.length);
  });
});

describe('the error catalogue', () => {
  const codes = Object.entries(PROBLEMS);

  it('explains every code that there is, in the same order, and no other', async () => {
    const catalogue = await readErrorCatalogue();
    expect([...catalogue.keys()]).toEqual(Object.keys(PROBLEMS));
  });

  it.each(codes)('says of %s its status, when it happens and what to do', async (code, problem) => {
    const [status, title] = problem;
    const paragraphs = (await readErrorCatalogue()).get(code) ?? [];
    expect(paragraphs).toHaveLength(3);
    expect(paragraphs[0]).toBe(`**${String(status)}** ${title}.`);
    expect(paragraphs[1]?.length).toBeGreaterThan(20);
    expect(paragraphs[2]).toMatch(/^\*\*What to do:\*\* .+\.$/);
  });

  it('is a page with an anchor for the type of every problem', async () => {
    const app = await TestApp.start();
    const { text, headers } = await app.http.get('/api/docs/errors').expect(200);
    const { body } = await app.http.get('/no-such-route').expect(404);
    await app.stop();
    expect(body.type).toBe('/api/docs/errors#route_not_found');
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    for (const [code, [, title]] of codes) {
      expect(text).toContain(`id="${code}"`);
      expect(text).toContain(title);
    }
    expect(text).toContain('<strong>409</strong> The task is completed.');
    expect(text).toContain('<code>POST /api/tasks/{ref}/reopen</code>');
  });
});
