import { type TaskResponse } from '../src/tasks/dto/task.response.js';
import { as, signUp } from './support/factories.js';
import { createTask, inMinutes, readTask } from './support/tasks.js';
import { TestApp } from './support/test-app.js';

describe('changing tasks', () => {
  let app: TestApp;
  let client: ReturnType<typeof as>;
  beforeAll(async () => {
    app = await TestApp.start();
    client = as(app, await signUp(app));
  });
  afterAll(() => app.stop());

  const path = (task: TaskResponse, action = '') =>
    `/api/tasks/${String(task.number)}${action && `/${action}`}`;

  async function patch(task: TaskResponse, fields: object): Promise<TaskResponse> {
    const response = await client.patch(path(task)).send(fields);
    expect(response.status).toBe(200);
    return response.body as TaskResponse;
  }

  async function act(task: TaskResponse, action: string, body?: object): Promise<TaskResponse> {
    const response = await client.post(path(task, action)).send(body);
    expect(response.status).toBe(200);
    expect(response.headers['etag']).toBe(`"${String(response.body.version)}"`);
    return response.body as TaskResponse;
  }

  const FULL = {
    description: 'With the green can',
    priority: 1,
    impact: 5,
    dueDate: '2031-05-01T10:00:00.000Z',
    effortEstimateMinutes: 15,
    tags: ['home'],
  };

  it('changes the fields that are given and keeps the others', async () => {
    const task = await createTask(client, FULL);
    const { body, headers } = await client
      .patch(path(task))
      .send({ title: 'Rest', tags: ['B', 'b'] });
    expect(body).toEqual({
      ...(task as object),
      title: 'Rest',
      tags: ['b'],
      version: 2,
      updatedAt: expect.any(String),
    });
    expect(body.updatedAt > task.updatedAt).toBe(true);
    expect(headers['etag']).toBe('"2"');
    expect(await readTask(client, task.id)).toEqual(body);
  });

  it('P13 clears nullable fields by null and refuses null for the others', async () => {
    const task = await createTask(client, { ...FULL, snoozedUntil: inMinutes(5) });
    const nothing = {
      description: null,
      dueDate: null,
      snoozedUntil: null,
      effortEstimateMinutes: null,
    };
    const cleared = await patch(task, nothing);
    expect(cleared).toMatchObject({ ...nothing, status: 'pending' });
    for (const field of ['title', 'status', 'priority', 'impact', 'tags', 'expectedVersion']) {
      const { status, body } = await client.patch(path(task)).send({ [field]: null });
      expect([status, body.errors[0].path]).toEqual([400, field]);
    }
    expect(await readTask(client, task.id)).toEqual(cleared);
  });

  it('P14 refuses every column that is not for clients, and leaves the row alone', async () => {
    const task = await createTask(client);
    for (const column of [
      'id',
      'userId',
      'number',
      'version',
      'createdAt',
      'updatedAt',
      'completedAt',
      'isCompleted',
      'plan',
    ]) {
      const value = task[column as keyof TaskResponse] ?? 1;
      const { status, body } = await client.patch(path(task)).send({ title: 'x', [column]: value });
      expect([column, status, body.errors?.[0].path]).toEqual([column, 400, column]);
    }
    expect(await readTask(client, task.id)).toEqual(task);
  });

  it('takes back what was read: a change to the same values changes nothing', async () => {
    const task = await createTask(client, { ...FULL, snoozedUntil: inMinutes(5) });
    const { title, description, status, priority, impact, dueDate, snoozedUntil, tags } = task;
    const same = { title, description, status, priority, impact, dueDate, snoozedUntil, tags };
    expect(await patch(task, same)).toEqual(task);
    expect(await patch(task, {})).toEqual(task);
  });

  it('keeps the date of completion on the server: set once, cleared by reopening', async () => {
    const task = await createTask(client);
    const completed = await patch(task, { status: 'completed' });
    expect(completed).toMatchObject({ isCompleted: true, completedAt: completed.updatedAt });
    const renamed = await patch(task, { title: 'Done', status: 'completed' });
    expect(renamed).toMatchObject({ version: 3, completedAt: completed.completedAt });
    const reopened = await patch(task, { status: 'in_progress' });
    expect(reopened).toMatchObject({
      status: 'in_progress',
      isCompleted: false,
      completedAt: null,
    });
  });

  it('completes and reopens, and repeating either changes nothing', async () => {
    const task = await createTask(client, { status: 'in_progress', snoozedUntil: inMinutes(5) });
    expect(await act(task, 'reopen')).toEqual(task);
    const completed = await act(task, 'complete');
    expect(completed).toMatchObject({
      status: 'completed',
      isCompleted: true,
      snoozedUntil: null,
      version: 2,
      completedAt: completed.updatedAt,
    });
    expect(await act(task, 'complete')).toEqual(completed);
    const reopened = await act(task, 'reopen');
    expect(reopened).toMatchObject({ status: 'pending', completedAt: null, version: 3 });
    expect(await act(task, 'reopen')).toEqual(reopened);
  });

  it('accepts no body for actions, whatever the content type, and refuses unknown fields', async () => {
    const task = await createTask(client);
    await client.post(path(task, 'complete')).expect(200);
    await client.post(path(task, 'complete')).set('Content-Type', 'application/json').expect(200);
    await client.post(path(task, 'reopen')).send({}).expect(200);
    const { body } = await client.post(path(task, 'complete')).send({ force: true }).expect(400);
    expect(body.errors[0].path).toBe('force');
  });

  it('snoozes until a moment or for minutes, and wakes by itself when the time has come', async () => {
    const task = await createTask(client, { status: 'in_progress' });
    const until = inMinutes(30);
    expect(await act(task, 'snooze', { until })).toMatchObject({
      status: 'snoozed',
      snoozedUntil: until,
    });
    const { snoozedUntil, updatedAt } = await act(task, 'snooze', { minutes: 525_600 });
    expect(Date.parse(snoozedUntil ?? '') - Date.parse(updatedAt)).toBe(525_600 * 60_000);
    await app.database.query('UPDATE tasks SET snoozed_until = now() WHERE id = $1', [task.id]);
    expect((await readTask(client, task.id)).status).toBe('in_progress');
  });

  it('wakes a task when it is made pending or in progress', async () => {
    const task = await createTask(client, { snoozedUntil: inMinutes(30) });
    const awake = await patch(task, { status: 'in_progress' });
    expect(awake).toMatchObject({ status: 'in_progress', snoozedUntil: null });
    const snoozedUntil = inMinutes(60);
    const asleep = { status: 'snoozed', snoozedUntil };
    expect(await patch(task, asleep)).toMatchObject(asleep);
    await app.database.query('UPDATE tasks SET snoozed_until = now() WHERE id = $1', [task.id]);
    expect((await readTask(client, task.id)).status).toBe('in_progress');
  });

  it.each<[string, object]>([
    ['until', {}],
    ['until', { until: inMinutes(1), minutes: 1 }],
    ['until', { until: inMinutes(-1) }],
    ['until', { until: null }],
    ['minutes', { minutes: 0 }],
    ['minutes', { minutes: 525_601 }],
    ['minutes', { minutes: '5' }],
    ['minutes', { minutes: 1.5 }],
  ])('refuses to snooze by a bad %s (case %#)', async (field, body) => {
    const task = await createTask(client);
    const response = await client.post(path(task, 'snooze')).send(body);
    expect([response.status, response.body.errors[0].path]).toEqual([400, field]);
  });

  it('does not put a completed task to sleep, unless the same change reopens it', async () => {
    const task = await createTask(client, { status: 'completed' });
    const snoozedUntil = inMinutes(5);
    const refused = [
      await client.post(path(task, 'snooze')).send({ minutes: 5 }),
      await client.post(path(task, 'snooze')).send({ until: snoozedUntil }),
      await client.patch(path(task)).send({ snoozedUntil }),
      await client.patch(path(task)).send({ status: 'snoozed', snoozedUntil }),
    ];
    expect(refused.map(({ status, body }) => [status, body.code as string])).toEqual(
      Array(4).fill([409, 'task_completed']),
    );
    expect(await patch(task, { snoozedUntil: null })).toEqual(task);
    const reopened = await patch(task, { status: 'pending', snoozedUntil });
    expect(reopened).toMatchObject({ status: 'snoozed', completedAt: null });
  });

  it.each<object>([
    { status: 'snoozed' },
    { status: 'snoozed', snoozedUntil: inMinutes(-1) },
    { status: 'completed', snoozedUntil: inMinutes(5) },
  ])('refuses a status and a moment that contradict each other (case %#)', async (fields) => {
    const task = await createTask(client);
    const { body } = await client.patch(path(task)).send(fields).expect(400);
    expect(body.errors[0].path).toBe('snoozedUntil');
  });

  it('deletes for good', async () => {
    const task = await createTask(client);
    const { text } = await client.delete(path(task)).expect(204);
    expect(text).toBe('');
    await client.get(path(task)).expect(404);
    await client.delete(path(task)).expect(404);
  });
});
