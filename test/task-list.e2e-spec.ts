import fc from 'fast-check';
import { type TaskPageResponse } from '../src/tasks/dto/task-page.response.js';
import { type TaskResponse } from '../src/tasks/dto/task.response.js';
import { as, signUp, type TestUser } from './support/factories.js';
import { createTask, inMinutes } from './support/tasks.js';
import { COLUMN_SORTS, insertRandomTasks, listedFrom, QUERIES } from './support/task-lists.js';
import { TestApp } from './support/test-app.js';

describe('lists of tasks', () => {
  let app: TestApp;
  let user: TestUser;
  let client: ReturnType<typeof as>;
  let all: TaskResponse[];
  beforeAll(async () => {
    app = await TestApp.start();
    user = await signUp(app);
    client = as(app, user);
    await insertRandomTasks(app.database, user.user.id, 120);
    await insertRandomTasks(app.database, (await signUp(app)).user.id, 120);
    all = (await pages('sort=number&limit=100')).flatMap(({ items }) => items);
  });
  afterAll(() => app.stop());

  async function list(query: string, path = '/api/tasks'): Promise<TaskPageResponse> {
    const { status, body } = await client.get(`${path}?${query}`);
    expect([query, status]).toEqual([query, 200]);
    return body as TaskPageResponse;
  }

  /** Every page of a list, by following its cursors. */
  async function pages(query: string, path?: string): Promise<TaskPageResponse[]> {
    const found = [await list(query, path)];
    for (let cursor = found[0]?.nextCursor; cursor; cursor = found.at(-1)?.nextCursor) {
      found.push(await list(`${query}&cursor=${cursor}`, path));
    }
    return found;
  }

  it('answers the newest 50 first, and says whether there is more', async () => {
    const { items, nextCursor } = await list('');
    expect(items).toEqual(listedFrom(all, { sort: '-createdAt' }).slice(0, 50));
    expect(nextCursor).toMatch(/^[\w-]+$/);
    const rest = await list(`limit=100&cursor=${nextCursor ?? ''}`);
    expect(rest.items).toHaveLength(70);
    expect(rest.nextCursor).toBeNull();
  });

  it('ends with a full page when nothing follows it', async () => {
    const found = await pages('limit=60');
    expect(found.map(({ items }) => items.length)).toEqual([60, 60]);
  });

  it('is empty for a user without tasks', async () => {
    const { text } = await as(app, await signUp(app))
      .get('/api/tasks')
      .expect(200);
    expect(text).toBe('{"items":[],"nextCursor":null}');
  });

  it.each(COLUMN_SORTS)(
    'pages by %s through every task once, in order, nulls last',
    async (sort) => {
      for (const limit of [3, 50]) {
        const found = await pages(`sort=${sort}&limit=${String(limit)}`);
        expect(found.flatMap(({ items }) => items)).toEqual(listedFrom(all, { sort }));
      }
    },
    30_000,
  );

  it('equals a search by hand for any filters, order and page size', async () => {
    await fc.assert(
      fc.asyncProperty(QUERIES, fc.integer({ min: 3, max: 100 }), async (query, limit) => {
        const parameters = new URLSearchParams({ limit: String(limit) });
        for (const [name, value] of Object.entries(query)) {
          for (const one of [value].flat()) parameters.append(name, String(one));
        }
        const found = await pages(parameters.toString());
        expect(found.flatMap(({ items }) => items)).toEqual(listedFrom(all, query));
      }),
      { numRuns: 60 },
    );
  }, 60_000);

  it('lists as pending what can be done now, newest first', async () => {
    const found = await pages('limit=9', '/api/tasks/pending');
    const expected = listedFrom(all, { status: ['pending', 'in_progress'], sort: '-createdAt' });
    expect(found.flatMap(({ items }) => items)).toEqual(expected);
    expect(expected.length).toBeGreaterThan(18);
  });

  it('searches the words of title and description as a search engine would', async () => {
    const garden = await createTask(client, { title: 'Dig the garden', description: 'by Friday' });
    const shed = await createTask(client, {
      title: 'Paint the SHED',
      description: 'in the garden',
    });
    const find = async (q: string) =>
      (await list(`q=${encodeURIComponent(q)}&sort=number`)).items.map(({ number }) => number);
    expect(await find('garden')).toEqual([garden.number, shed.number]);
    expect(await find('GARDEN friday')).toEqual([garden.number]);
    expect(await find('garden -shed')).toEqual([garden.number]);
    expect(await find('friday or paint')).toEqual([garden.number, shed.number]);
    expect(await find('"the garden"')).toEqual([garden.number, shed.number]);
    expect(await find('"dig garden"')).toEqual([]);
    expect(await find(`x' OR 1=1 --`)).toEqual([]);
    expect(await find(':*&|!(<->')).toEqual([]);
  });

  it('keeps pages steady while tasks come, go and wake', async () => {
    const owner = as(app, await signUp(app));
    const snoozedUntil = inMinutes(60);
    const awake = [await createTask(owner), await createTask(owner), await createTask(owner)];
    const asleep = [
      await createTask(owner, { snoozedUntil }),
      await createTask(owner, { snoozedUntil }),
    ];
    const first = {
      pending: await owner.get('/api/tasks/pending?limit=1'),
      snoozed: await owner.get('/api/tasks?status=snoozed&sort=number&limit=1'),
      all: await owner.get('/api/tasks?sort=number&limit=4'),
    };
    const ids = asleep.map(({ id }) => id);
    await app.database.query('UPDATE tasks SET snoozed_until = now() WHERE id = ANY ($1)', [ids]);
    await owner.delete(`/api/tasks/${awake[2]?.id ?? ''}`).expect(204);
    await createTask(owner);

    const next = async (page: { body: TaskPageResponse }, query: string) => {
      const { body } = await owner.get(`/api/tasks${query}&cursor=${page.body.nextCursor ?? ''}`);
      return (body as TaskPageResponse).items.map(({ number, status }) => [number, status]);
    };
    expect(await next(first.pending as never, '/pending?limit=9')).toEqual([
      [2, 'pending'],
      [1, 'pending'],
    ]);
    expect(await next(first.snoozed as never, '?status=snoozed&sort=number')).toEqual([
      [5, 'snoozed'],
    ]);
    expect(await next(first.all as never, '?sort=number')).toEqual([
      [5, 'pending'],
      [6, 'pending'],
    ]);
  });

  describe('cursors', () => {
    const FIRST = 'status=completed&tag=a&tag=b&q=task&sort=dueDate&limit=1';
    let cursor: string;
    beforeAll(async () => {
      await createTask(client, { title: 'task 1', tags: ['a', 'b'], status: 'completed' });
      await createTask(client, { title: 'task 2', tags: ['a', 'b'], status: 'completed' });
      cursor = (await list(FIRST)).nextCursor ?? '';
    });

    it('belong to the list whatever the order of its parameters and the size of its pages', async () => {
      const same = 'limit=3&sort=dueDate&q=task&tag=B&tag=a&tag=b&status=completed';
      expect((await list(`${same}&cursor=${cursor}`)).items).not.toHaveLength(0);
    });

    it.each([
      'sort=dueDate',
      FIRST.replace('tag=b', 'tag=c'),
      FIRST.replace('&tag=b', ''),
      FIRST.replace('completed', 'pending'),
      FIRST.replace('q=task', 'q=tasks'),
      FIRST.replace('sort=dueDate', 'sort=-dueDate'),
      `${FIRST}&minPriority=1`,
      `${FIRST}&dueBefore=2031-01-01T00:00:00Z`,
    ])('are refused with %s', async (query) => {
      const { status, body } = await client.get(`/api/tasks?${query}&cursor=${cursor}`);
      expect([status, body.code, body.errors]).toEqual([
        400,
        'invalid_cursor',
        [{ path: 'cursor', message: expect.any(String) }],
      ]);
    });

    it('are refused on another route, for another user, and when forged', async () => {
      const other = as(app, await signUp(app));
      const forged = Buffer.from(cursor, 'base64url').fill(0, 20).toString('base64url');
      const answers = [
        await client.get(`/api/tasks/pending?cursor=${cursor}`),
        await other.get(`/api/tasks?${FIRST}&cursor=${cursor}`),
        await client.get(`/api/tasks?${FIRST}&cursor=${forged}`),
        await client.get(`/api/tasks?${FIRST}&cursor=x`),
      ];
      expect(answers.map(({ body }) => (body as { code: string }).code)).toEqual(
        Array(4).fill('invalid_cursor'),
      );
    });
  });

  it.each([
    ['limit', 'limit=0'],
    ['limit', 'limit=101'],
    ...['0x10', '1e2', '%205', '%2B5', '-1', '2147483648', 'NaN', '', '1.0'].flatMap((value) => [
      ['limit', `limit=${value}`],
      ['minPriority', `minPriority=${value}`],
    ]),
    ['limit', 'limit=1&limit=2'],
    ['minPriority', 'minPriority=6'],
    ['status', 'status=done'],
    ['status', 'status=pending&status='],
    ['sort', 'sort=title'],
    ['sort', 'sort=--number'],
    ['sort', 'sort=number&sort=number'],
    ['sort', 'sort=number;DROP%20TABLE%20tasks'],
    ['tag.1', 'tag=a&tag='],
    ['tag.0', `tag=${'x'.repeat(51)}`],
    ['q', 'q='],
    ['q', `q=${'x'.repeat(201)}`],
    ['q', 'q=%00'],
    ['dueBefore', 'dueBefore=tomorrow'],
    ['dueAfter', 'dueAfter=2024-02-30T00:00:00Z'],
    ['cursor', 'cursor='],
    ['page', 'page=2'],
    ['order', 'order=asc'],
  ])('refuses a bad %s (case %#)', async (path, query) => {
    const { status, body } = await client.get(`/api/tasks?${query}`);
    expect([status, body.code, body.errors[0].path]).toEqual([400, 'validation_failed', path]);
  });
});
