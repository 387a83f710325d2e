import fc from 'fast-check';
import { as, signUp, type TestUser } from './support/factories.js';
import { createTask, inMinutes, readTask } from './support/tasks.js';
import { TestApp } from './support/test-app.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

describe('creating and reading tasks', () => {
  let app: TestApp;
  let user: TestUser;
  let client: ReturnType<typeof as>;
  beforeAll(async () => {
    app = await TestApp.start();
    user = await signUp(app);
    client = as(app, user);
  });
  afterAll(() => app.stop());

  const paths = (body: { errors?: { path: string }[] }) => body.errors?.map(({ path }) => path);

  it('answers a new task with its defaults, its entity tag and its address', async () => {
    const { status, body, headers, text } = await client.post('/api/tasks').send({ title: 'Read' });
    expect(status).toBe(201);
    expect(headers['content-type']).toBe('application/json; charset=utf-8');
    expect(headers['etag']).toBe('"1"');
    expect(headers['location']).toBe(`/api/tasks/${body.id as string}`);
    expect(body).toEqual({
      id: expect.stringMatching(UUID),
      number: 1,
      userId: user.user.id,
      title: 'Read',
      description: null,
      status: 'pending',
      isCompleted: false,
      priority: 3,
      impact: 3,
      dueDate: null,
      snoozedUntil: null,
      effortEstimateMinutes: null,
      tags: [],
      version: 1,
      createdAt: expect.stringMatching(MOMENT),
      updatedAt: body.createdAt,
      completedAt: null,
    });
    expect(text.startsWith(`{"id":"${body.id as string}","number":1,"userId":`)).toBe(true);
  });

  it('keeps every field that was sent', async () => {
    const given = {
      title: 'Plan the trip',
      description: '  Trains\nand hotels ',
      status: 'in_progress',
      priority: 5,
      impact: 1,
      dueDate: '2031-05-01T10:00:00.123Z',
      effortEstimateMinutes: 480,
      tags: ['travel', 'family'],
    };
    const task = await createTask(client, given);
    expect(task).toMatchObject(given);
    expect(await readTask(client, task.id)).toEqual(task);
  });

  it('reads moments with any offset and answers them in UTC', async () => {
    const task = await createTask(client, { dueDate: '2031-05-01T00:30:00+02:00' });
    expect(task.dueDate).toBe('2031-04-30T22:30:00.000Z');
  });

  it('takes null for a nullable field as left out', async () => {
    const task = await createTask(client, {
      description: null,
      dueDate: null,
      snoozedUntil: null,
      effortEstimateMinutes: null,
    });
    expect(task).toMatchObject({ description: null, dueDate: null, effortEstimateMinutes: null });
  });

  it('trims, lower-cases and unites tags', async () => {
    const given = [' Work', 'work ', 'WORK', 'Änderung', ...Array<string>(30).fill('home')];
    expect((await createTask(client, { tags: given })).tags).toEqual(['work', 'änderung', 'home']);
  });

  it('puts a task to sleep at once when it is created snoozed', async () => {
    const snoozedUntil = inMinutes(60);
    const snoozed = { status: 'snoozed', isCompleted: false, snoozedUntil };
    expect(await createTask(client, { status: 'snoozed', snoozedUntil })).toMatchObject(snoozed);
    expect(await createTask(client, { snoozedUntil })).toMatchObject(snoozed);
    expect(await createTask(client, { snoozedUntil: inMinutes(-60) })).toMatchObject({
      status: 'pending',
    });
  });

  it('dates the completion of a task that is created completed', async () => {
    const task = await createTask(client, { status: 'completed' });
    expect(task).toMatchObject({ isCompleted: true, completedAt: task.createdAt });
  });

  it('names the place of a bad tag', async () => {
    for (const bad of [3, null, '', '  ', 'x'.repeat(51), ['a']]) {
      const { status, body } = await client
        .post('/api/tasks')
        .send({ title: 'x', tags: ['a', 'A', 'b', bad] });
      expect([status, paths(body)]).toEqual([400, ['tags.3']]);
    }
  });

  it.each<[string, object]>([
    ['title', {}],
    ['title', { title: '' }],
    ['title', { title: ' \t\u00a0' }],
    ['title', { title: 'x'.repeat(257) }],
    ['title', { title: null }],
    ['title', { title: 7 }],
    ['description', { description: 'x'.repeat(2001) }],
    ['status', { status: 'done' }],
    ['snoozedUntil', { status: 'snoozed' }],
    ['snoozedUntil', { status: 'snoozed', snoozedUntil: null }],
    ['snoozedUntil', { status: 'snoozed', snoozedUntil: inMinutes(-1) }],
    ['snoozedUntil', { status: 'completed', snoozedUntil: inMinutes(1) }],
    ['tags', { tags: 'work' }],
    ['tags', { tags: Array.from({ length: 21 }, (_, index) => `tag ${String(index)}`) }],
    ['tags', { tags: null }],
    ['priority', { priority: null }],
    ['impact', { impact: null }],
    ['status', { status: null }],
    ['color', { color: 'red' }],
  ])('P13 refuses a bad %s (case %#)', async (path, fields) => {
    const title = 'title' in fields || path === 'title' ? {} : { title: 'x' };
    const { status, body } = await client.post('/api/tasks').send({ ...title, ...fields });
    expect(status).toBe(400);
    expect(body).toMatchObject({ code: 'validation_failed', errors: [{ path }] });
  });

  it('P10 judges numbers by their value', async () => {
    for (const priority of [
      '1.5',
      '9007199254740993',
      '1e400',
      '"3"',
      'true',
      '0',
      '6',
      '-1',
      '[3]',
    ]) {
      const { status, body } = await client
        .post('/api/tasks')
        .type('json')
        .send(`{"title":"x","priority":${priority}}`);
      expect([priority, status, paths(body)]).toEqual([priority, 400, ['priority']]);
    }
    await client.post('/api/tasks').type('json').send('{"title":"x","priority":4.0}').expect(201);
    for (const effortEstimateMinutes of [0, 481, 1.5, '60']) {
      await client.post('/api/tasks').send({ title: 'x', effortEstimateMinutes }).expect(400);
    }
  });

  it('P11 takes RFC 3339 moments from 1970 to 2199 and nothing else', async () => {
    const bad =
      '2024-02-30T00:00:00Z 2024-W10-1 2024-100 20240101T000000Z 2024-01-01 2024-01-01T00:00:00 ' +
      '0000-01-01T00:00:00Z 1969-12-31T23:59:59Z 2200-01-01T00:00:00Z +275760-09-13T00:00:00Z infinity now';
    for (const dueDate of [...bad.split(' '), '', 1_700_000_000, {}]) {
      const { status, body } = await client.post('/api/tasks').send({ title: 'x', dueDate });
      expect([dueDate, status, paths(body)]).toEqual([dueDate, 400, ['dueDate']]);
    }
  });

  it('P12 counts code points and returns texts byte for byte', async () => {
    const unit = fc.constantFrom(
      'a',
      '👩‍👩‍👧',
      'e\u0301',
      '\ufe0f',
      '\u200b',
      '\u202e',
      'שלום',
      '"',
      '\\',
      '\n',
      '\u0001',
    );
    await fc.assert(
      fc.asyncProperty(fc.string({ unit, maxLength: 200 }), async (description) => {
        const task = await createTask(client, {
          title: `${description.slice(0, 40)}.`,
          description,
        });
        expect(task.description).toBe(description);
        expect((await readTask(client, task.number)).title).toBe(task.title);
      }),
      { numRuns: 25 },
    );
    expect((await createTask(client, { title: '😀'.repeat(256) })).title).toHaveLength(512);
    await client
      .post('/api/tasks')
      .send({ title: '😀'.repeat(257) })
      .expect(400);
    await client
      .post('/api/tasks')
      .send({ title: `e${'\ufe0f'.repeat(256)}` })
      .expect(400);
  });

  it('P14 refuses every column that is not for clients', async () => {
    for (const column of [
      'id',
      'userId',
      'number',
      'version',
      'createdAt',
      'updatedAt',
      'completedAt',
      'isCompleted',
      'user_id',
    ]) {
      const { status, body } = await client.post('/api/tasks').send({ title: 'x', [column]: 1 });
      expect([column, status, paths(body)]).toEqual([column, 400, [column]]);
    }
  });

  it('finds a task by its number and by its id in either case', async () => {
    const task = await createTask(client);
    for (const ref of [task.id, task.id.toUpperCase(), task.number, `00${String(task.number)}`]) {
      expect(await readTask(client, ref)).toEqual(task);
    }
  });

  it('answers the same 404 for whatever names no task', async () => {
    const without = ({ body }: { body: { instance: string; requestId: string } }) => ({
      ...body,
      instance: '',
      requestId: '',
    });
    const unknown = await client.get('/api/tasks/01890a5d-ac96-774b-bcce-b302099a8057').expect(404);
    expect(unknown.body).toMatchObject({ code: 'task_not_found', status: 404 });
    for (const ref of [
      '0',
      '-1',
      '1.0',
      '1e1',
      '999999',
      '2147483648',
      '9'.repeat(100),
      'x',
      '%20',
      '0'.repeat(32),
      `{${'0'.repeat(8)}-0000-0000-0000-000000000000}`,
    ]) {
      expect(without(await client.get(`/api/tasks/${ref}`).expect(404))).toEqual(without(unknown));
    }
  });

  it('numbers 50 concurrent creations without gap or repetition', async () => {
    const other = as(app, await signUp(app));
    const tasks = await Promise.all(Array.from({ length: 50 }, () => createTask(other)));
    const numbers = tasks.map(({ number }) => number).sort((a, b) => a - b);
    expect(numbers).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
  });

  it('never gives a number twice: of 100 tasks 50 are deleted, and the next is 101', async () => {
    const other = as(app, await signUp(app));
    for (let count = 0; count < 100; count++) await createTask(other);
    for (let number = 51; number <= 100; number++) {
      await other.delete(`/api/tasks/${String(number)}`).expect(204);
    }
    expect((await createTask(other)).number).toBe(101);
  });

  it('records what was created under the id of the task', async () => {
    const response = await client.post('/api/tasks').send({ title: 'Leave a trace' }).expect(201);
    const [row] = await app.database.query(
      'SELECT action, resource_id, status_code FROM audit_logs WHERE id = $1',
      [response.headers['x-request-id']],
    );
    expect(row).toEqual({ action: 'CREATE_TASK', resource_id: response.body.id, status_code: 201 });
  });
});
