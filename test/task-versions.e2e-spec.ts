import { type TaskResponse } from '../src/tasks/dto/task.response.js';
import { as, signUp } from './support/factories.js';
import { createTask, raceForFirstChange, readTask } from './support/tasks.js';
import { TestApp } from './support/test-app.js';

interface Change {
  method: 'patch' | 'delete' | 'post';
  action: string;
  body: object;
}

const CHANGES: Change[] = [
  { method: 'patch', action: '', body: { title: 'Changed' } },
  { method: 'patch', action: '', body: {} },
  { method: 'post', action: '/complete', body: {} },
  { method: 'post', action: '/reopen', body: {} },
  { method: 'post', action: '/snooze', body: { minutes: 5 } },
  { method: 'delete', action: '', body: {} },
];

describe('versions of tasks', () => {
  let app: TestApp;
  let client: ReturnType<typeof as>;
  beforeAll(async () => {
    app = await TestApp.start();
    client = as(app, await signUp(app));
  });
  afterAll(() => app.stop());

  async function atVersion2(): Promise<TaskResponse> {
    const { id } = await createTask(client);
    await client.patch(`/api/tasks/${id}`).send({ priority: 5 }).expect(200);
    return readTask(client, id);
  }

  function send({ method, action, body }: Change, { id }: { id: string }, versions: Versions) {
    const request = client[method](`/api/tasks/${id}${action}`);
    if (versions.ifMatch !== undefined) void request.set('If-Match', versions.ifMatch);
    const { expectedVersion } = versions;
    return request.send(expectedVersion === undefined ? body : { ...body, expectedVersion });
  }

  describe.each(CHANGES)('P22 $method $action $body', (change) => {
    it.each<Versions>([
      { ifMatch: '"1"' },
      { ifMatch: 'W/"2"' },
      { ifMatch: '2' },
      { ifMatch: '"02"' },
      { ifMatch: '"3", "4"' },
      { ifMatch: '' },
      { expectedVersion: 1 },
      { ifMatch: '"2"', expectedVersion: 1 },
      { ifMatch: '"1"', expectedVersion: 2 },
      { ifMatch: '*', expectedVersion: 3 },
    ])('is refused for %j at version 2, and nothing changes', async (versions) => {
      const task = await atVersion2();
      const { status, body } = await send(change, task, versions);
      expect([status, body.code]).toEqual([412, 'version_mismatch']);
      expect(await readTask(client, task.id)).toEqual(task);
    });

    it.each<Versions>([
      {},
      { ifMatch: '*' },
      { ifMatch: '"2"' },
      { ifMatch: '"1", "2"' },
      { expectedVersion: 2 },
      { ifMatch: '"2"', expectedVersion: 2 },
      { ifMatch: '*', expectedVersion: 2 },
    ])('is done for %j at version 2', async (versions) => {
      const { status } = await send(change, await atVersion2(), versions);
      expect(status).toBe(change.method === 'delete' ? 204 : 200);
    });

    it('is 404 for a task that is gone, whatever version is expected', async () => {
      const gone = { id: '01890a5d-ac96-774b-bcce-b302099a8057' };
      const { status } = await send(change, gone, { ifMatch: '"1"' });
      expect(status).toBe(404);
    });
  });

  it('judges the version before the state', async () => {
    const { id } = await createTask(client, { status: 'completed' });
    const snooze = () => client.post(`/api/tasks/${id}/snooze`).send({ minutes: 5 });
    await snooze().set('If-Match', '"7"').expect(412);
    await snooze().set('If-Match', '"1"').expect(409);
  });

  it('refuses an expected version that can be none', async () => {
    const { id } = await createTask(client);
    for (const expectedVersion of [0, -1, 1.5, '1', null]) {
      const { body } = await client.patch(`/api/tasks/${id}`).send({ expectedVersion }).expect(400);
      expect(body.errors[0].path).toBe('expectedVersion');
    }
  });

  it('P22 lets exactly one of several changes from the same version win', async () => {
    const { id } = await createTask(client);
    const answers = await raceForFirstChange(client, id, 10);
    const won = answers.filter(({ status }) => status === 200);
    expect(won).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 412)).toHaveLength(9);
    expect(await readTask(client, id)).toEqual(won[0]?.body);
  });

  it('loses none of several changes of different fields at once', async () => {
    const { id } = await createTask(client);
    const changes = [
      { title: 'New' },
      { description: 'New' },
      { priority: 5 },
      { impact: 1 },
      { tags: ['new'] },
      { effortEstimateMinutes: 7 },
      { status: 'in_progress' },
      { dueDate: '2031-01-01T00:00:00.000Z' },
    ];
    await Promise.all(
      changes.map((change) => client.patch(`/api/tasks/${id}`).send(change).expect(200)),
    );
    expect(await readTask(client, id)).toMatchObject({
      ...Object.assign({}, ...changes),
      version: changes.length + 1,
    });
  });
});

interface Versions {
  ifMatch?: string;
  expectedVersion?: number;
}
