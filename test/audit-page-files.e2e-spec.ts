import { createHash } from 'node:crypto';
import { AUDIT_PAGE_FILES } from '../src/audit/audit-page.js';
import { History, RANGES, type Stats } from '../src/audit/page/history.js';
import { TestApp } from './support/test-app.js';

const ASSETS = '/audit/assets/';

describe('the files of the page of the record', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.stop());

  it('are a page that runs nothing but its own modules and its import map', async () => {
    const { text, headers } = await app.http.get('/audit').expect(200);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    const hash = createHash('sha256').update(importMapIn(text)).digest('base64');
    expect(headers['content-security-policy']).toContain(`script-src 'self' 'sha256-${hash}';`);
    const scripts = [...text.matchAll(/<script([^>]*)>/g)].map(([, attributes]) => attributes);
    expect(scripts).toEqual([' type="importmap"', ` type="module" src="${ASSETS}audit-app.js"`]);
    for (const [, source] of text.matchAll(/(?:src|href)="([^"]+)"/g)) {
      await app.http.get(String(source)).expect(200);
    }
  });

  it('are all that the modules import, and nothing more', async () => {
    const { text } = await app.http.get('/audit').expect(200);
    const { imports } = JSON.parse(importMapIn(text)) as { imports: Record<string, string> };
    const needed = new Set<string>();
    const waiting = [`${ASSETS}audit-app.js`];
    for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
      if (needed.has(path)) continue;
      needed.add(path);
      const module = await app.http.get(path).expect(200);
      expect(module.headers['content-type']).toBe('text/javascript; charset=utf-8');
      const found = module.text.matchAll(/(?:from|import) ?["']([^"'\s]+)["']/g);
      waiting.push(...[...found].map(([, name = '']) => imports[name] ?? ASSETS + name.slice(2)));
    }
    const served = [...AUDIT_PAGE_FILES.keys()].filter((name) => name.endsWith('.js'));
    expect([...needed].sort()).toEqual(served.map((name) => ASSETS + name).sort());
  });

  it.each([
    ['page.css', 'text/css; charset=utf-8', 'public, max-age=0, must-revalidate'],
    ['uPlot.min.css', 'text/css; charset=utf-8', 'public, max-age=86400'],
    ['history.js', 'text/javascript; charset=utf-8', 'public, max-age=0, must-revalidate'],
    ['lit.js', 'text/javascript; charset=utf-8', 'public, max-age=86400'],
  ])('are served with their types: %s', async (file, type, caching) => {
    const { headers } = await app.http.get(ASSETS + file).expect(200);
    expect([headers['content-type'], headers['cache-control']]).toEqual([type, caching]);
  });

  it.each(['package.json', 'audit-app.ts', '..%2f..%2fpackage.json', 'constructor'])(
    'are no other file: %s',
    async (file) => {
      const { body } = await app.http.get(ASSETS + file).expect(404);
      expect(body).toMatchObject({ code: 'route_not_found' });
    },
  );

  it('leave no audit row', async () => {
    const count = () => app.database.query('SELECT id FROM audit_logs');
    const before = await count();
    for (const path of ['/audit', `${ASSETS}lit.js`, `${ASSETS}x`]) await app.http.get(path);
    expect(await count()).toHaveLength(before.length);
  });
});

describe('the history that the page draws', () => {
  const now = Date.parse('2030-01-15T12:34:56Z');
  const [first, last] = ['2030-01-14T13:00:00.000Z', '2030-01-15T12:00:00.000Z'];
  const item = (action: string, bucketStart: string, counts: [number, number]): Stats => {
    const [count, errors] = counts;
    return { action, bucketStart, count, errors, p50Ms: count, p95Ms: count + 1, p99Ms: count + 2 };
  };
  const history = new History(RANGES.day, now, [
    item('A', first, [3, 1]),
    item('B', first, [1, 1]),
    item('B', last, [8, 0]),
    item('B', '2030-01-14T12:00:00.000Z', [100, 100]),
  ]);

  it('begins as many buckets ago as its range has, the one under way included', () => {
    const iso = history.times.map((seconds) => new Date(seconds * 1000).toISOString());
    expect([iso.length, iso[0], iso.at(-1)]).toEqual([24, first, last]);
    expect(new History(RANGES.hour, now).times).toHaveLength(60);
    expect(new History(RANGES.month, now).times[0]).toBe(Date.parse('2029-12-17Z') / 1000);
  });

  it('adds all actions up', () => {
    const between = Array.from({ length: 22 }, () => 0);
    expect(history.totals('count')).toEqual([4, ...between, 8]);
    expect(history.totals('errors')).toEqual([2, ...between, 0]);
  });

  it('has no error rate where nothing was asked', () => {
    expect(history.errorRates()).toEqual([50, ...Array.from({ length: 22 }, () => null), 0]);
  });

  it('has the percentiles of each action, null where it was not asked', () => {
    expect(history.durations('A', 'p95Ms')).toEqual([4, ...Array.from({ length: 23 }, () => null)]);
    expect(history.durations('B', 'p99Ms')[23]).toBe(10);
  });

  it('names the actions, the most frequent first', () => {
    expect(history.actions).toEqual(['B', 'A']);
  });
});

function importMapIn(page: string): string {
  return /<script type="importmap">(.*?)<\/script>/.exec(page)?.[1] ?? '';
}
