import { randomUUID } from 'node:crypto';
import { type BestTaskResponse } from '../src/tasks/dto/best-task.response.js';
import { type TaskResponse } from '../src/tasks/dto/task.response.js';
import { as, signUp, type TestUser } from './support/factories.js';
import { createTask, inMinutes, readTask } from './support/tasks.js';
import { TestApp } from './support/test-app.js';

/** A Wednesday, in working hours of UTC and of Berlin. */
const NOON = '2030-01-30T12:00:00Z';

describe('GET /api/tasks/best', () => {
  let app: TestApp;
  let user: TestUser;
  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.stop());
  beforeEach(async () => {
    user = await signUp(app);
  });

  const client = () => as(app, user);

  async function best(query = ''): Promise<BestTaskResponse> {
    const { body } = await client().get(`/api/tasks/best?${query}`).expect(200);
    return body as BestTaskResponse;
  }

  const numberOf = async (query: string) => (await best(query)).task?.number;

  it('needs a signed-in user', async () => {
    await app.http.get('/api/tasks/best').expect(401);
  });

  it('answers with the task as it is read, its score, and a sentence', async () => {
    await createTask(client(), { priority: 2 });
    const wanted = await createTask(client(), { priority: 5, effortEstimateMinutes: 20 });
    const answer = await best();
    expect(answer).toEqual({
      task: await readTask(client(), wanted.number),
      score: expect.any(Number) as number,
      reason: 'Do this now: it has the highest priority and it takes only 20 min.',
      components: ['urgency', 'priority', 'impact', 'effort'].map((factor) => ({
        factor,
        value: expect.any(Number) as number,
        weight: expect.any(Number) as number,
        points: expect.any(Number) as number,
        why: expect.stringMatching(/\.$/) as string,
      })),
      alternatives: [
        {
          task: await readTask(client(), 1),
          score: expect.any(Number) as number,
          whyNotFirst: 'Its priority is lower: 2 against 5.',
        },
      ],
      empty: null,
      evaluatedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string,
      timezone: 'UTC',
      weights: { urgency: 40, priority: 35, impact: 15, effort: 10 },
    });
    const points = answer.components.map((component) => Math.round(component.points * 100));
    expect(points.reduce((sum, hundredths) => sum + hundredths, 0)).toBe(
      Math.round((answer.score ?? 0) * 100),
    );
  });

  it('explains why there is nothing to do', async () => {
    expect(await best(`at=${NOON}`)).toEqual({
      task: null,
      score: null,
      reason: null,
      components: [],
      alternatives: [],
      empty: { reason: 'There is no task yet.', snoozed: 0, nextWakeAt: null, tooLong: 0 },
      evaluatedAt: '2030-01-30T12:00:00.000Z',
      timezone: 'UTC',
      weights: { urgency: 40, priority: 35, impact: 15, effort: 10 },
    });
  });

  it.each([
    ['availableMinutes=0', 'availableMinutes'],
    ['availableMinutes=10081', 'availableMinutes'],
    ['availableMinutes=1e2', 'availableMinutes'],
    ['alternatives=11', 'alternatives'],
    ['alternatives=-1', 'alternatives'],
    ['at=now', 'at'],
    ['at=2030-01-30', 'at'],
    ['at=2030-01-30T12:00:00', 'at'],
    ['tag=', 'tag'],
    ['exclude=', 'exclude'],
    ['weightUrgency=100', 'weights'],
    ['weightUrgency=40&weightPriority=35&weightImpact=15', 'weights'],
    ['weightUrgency=40&weightPriority=35&weightImpact=15&weightEffort=11', 'weights'],
    ['weightUrgency=0&weightPriority=0&weightImpact=0&weightEffort=0', 'weights'],
    ['weightUrgency=101&weightPriority=0&weightImpact=0&weightEffort=0', 'weightUrgency'],
    ['weightUrgency=-1&weightPriority=101&weightImpact=0&weightEffort=0', 'weightUrgency'],
    ['limit=3', 'limit'],
  ])('refuses ?%s by the name of its parameter', async (query, path) => {
    const { status, body } = await client().get(`/api/tasks/best?${query}`);
    expect([status, body.code]).toEqual([400, 'validation_failed']);
    const paths = (body.errors as { path: string }[]).map((error) => error.path.split('.')[0]);
    expect(paths).toContain(path);
  });

  it('names three alternatives, or as many as are asked for', async () => {
    for (let priority = 1; priority <= 5; priority++) await createTask(client(), { priority });
    const named = async (query: string) =>
      (await best(query)).alternatives.map(({ task }) => task.number);
    expect(await named('')).toEqual([4, 3, 2]);
    expect(await named('alternatives=0')).toEqual([]);
    expect(await named('alternatives=1')).toEqual([4]);
    expect(await named('alternatives=10')).toEqual([4, 3, 2, 1]);
  });

  it('excludes by id and by number, and ignores what names no task of the user', async () => {
    const tasks = [];
    for (const priority of [5, 4, 3]) tasks.push(await createTask(client(), { priority }));
    const stranger = await createTask(as(app, await signUp(app)));
    const [first, second] = tasks as [TaskResponse, TaskResponse];
    expect(await numberOf(`exclude=${first.id}`)).toBe(2);
    expect(await numberOf(`exclude=${first.id.toUpperCase()}&exclude=2`)).toBe(3);
    expect(await numberOf(`exclude=1&exclude=${second.id}`)).toBe(3);
    const nothing = ['99', '0', '-1', '1.0', 'x', randomUUID(), stranger.id, '9'.repeat(30)];
    expect(await numberOf(nothing.map((ref) => `exclude=${ref}`).join('&'))).toBe(1);
    const { task, empty } = await best('exclude=1&exclude=2&exclude=3');
    expect(task).toBeNull();
    expect(empty?.reason).toBe('Everything that can be done now is set aside.');
  });

  it('keeps to tasks that have all of the tags', async () => {
    await createTask(client(), { priority: 5 });
    await createTask(client(), { priority: 4, tags: ['home'] });
    await createTask(client(), { priority: 3, tags: ['home', 'garden'] });
    expect(await numberOf('tag=home')).toBe(2);
    expect(await numberOf('tag=garden')).toBe(3);
    expect(await numberOf('tag=GARDEN&tag=home')).toBe(3);
    expect((await best('tag=sea')).empty?.reason).toBe('No open task is tagged "sea".');
  });

  it('keeps to what fits into the time at hand, half an hour being assumed', async () => {
    await createTask(client(), { priority: 5, effortEstimateMinutes: 60 });
    await createTask(client(), { priority: 4 });
    await createTask(client(), { priority: 1, effortEstimateMinutes: 15 });
    expect(await numberOf('availableMinutes=60')).toBe(1);
    expect(await numberOf('availableMinutes=59')).toBe(2);
    expect(await numberOf('availableMinutes=29')).toBe(3);
    const { task, empty } = await best('availableMinutes=14');
    expect([task, empty?.tooLong]).toEqual([null, 3]);
    expect((await best('availableMinutes=15')).reason).toContain('It fits into 15 min');
  });

  it('lets the moment asked about decide who is asleep', async () => {
    await createTask(client(), { priority: 1 });
    const sleeper = await createTask(client(), { priority: 5, snoozedUntil: inMinutes(60) });
    expect(await numberOf('')).toBe(1);
    const { task } = await best(`at=${inMinutes(61)}`);
    expect([task?.number, task?.status]).toEqual([2, 'pending']);
    const nothing = await best('exclude=1');
    expect(nothing.empty).toMatchObject({ snoozed: 1, nextWakeAt: sleeper.snoozedUntil });
  });

  it('never names a completed task', async () => {
    await createTask(client(), { priority: 5, status: 'completed' });
    expect((await best()).task).toBeNull();
    await createTask(client(), { priority: 1 });
    expect(await best()).toMatchObject({ task: { number: 2 }, alternatives: [] });
  });

  it('tries weights without keeping them', async () => {
    await createTask(client(), { priority: 5, effortEstimateMinutes: 480 });
    await createTask(client(), { priority: 1, effortEstimateMinutes: 5 });
    const tried = 'weightUrgency=0&weightPriority=0&weightImpact=0&weightEffort=100';
    const { task, weights } = await best(tried);
    expect([task?.number, weights]).toEqual([
      2,
      { urgency: 0, priority: 0, impact: 0, effort: 100 },
    ]);
    expect((await best()).weights.effort).toBe(10);
    expect(await numberOf('')).toBe(1);
  });

  it('goes by the user’s own weights, time zone and working hours', async () => {
    await client()
      .patch('/api/preferences')
      .send({
        weightUrgency: 100,
        weightPriority: 0,
        weightImpact: 0,
        weightEffort: 0,
        timezone: 'America/New_York',
        workStartTime: '10:00',
        workEndTime: '12:00',
      })
      .expect(200);
    await createTask(client(), { dueDate: '2030-01-30T23:00:00Z' });
    const { timezone, weights, components } = await best(`at=${NOON}`);
    expect([timezone, weights.urgency]).toEqual(['America/New_York', 100]);
    expect(components[0]?.why).toBe(
      'Due today at 18:00, 2 h of working time is left for 30 min (assumed) of work.',
    );
  });

  it('names in turn, each time excluding what was named, the order of the list by score', async () => {
    for (let index = 0; index < 14; index++) {
      await createTask(client(), {
        priority: 1 + ((index * 3) % 5),
        impact: 1 + ((index * 2) % 5),
        ...(index % 3 > 0 && { dueDate: inMinutes(60 * 24 * index) }),
        ...(index % 4 === 1 && { effortEstimateMinutes: 15 * index }),
        ...(index % 5 === 0 && { tags: ['morning', 'errand'], status: 'in_progress' }),
      });
    }
    const { body } = await client().get('/api/tasks?sort=-score&limit=100').expect(200);
    const listed = (body.items as TaskResponse[]).map(({ number }) => number);
    const named: number[] = [];
    for (;;) {
      const { task } = await best(named.map((number) => `exclude=${String(number)}`).join('&'));
      if (task === null) break;
      named.push(task.number);
    }
    expect(named).toHaveLength(14);
    expect(named).toEqual(listed);
  });

  it('Z03 sees nobody else’s tasks', async () => {
    const other = await signUp(app);
    await createTask(as(app, other), { priority: 5 });
    expect((await best()).task).toBeNull();
    const mine = await createTask(client(), { priority: 1 });
    expect(await best()).toMatchObject({ task: { id: mine.id }, alternatives: [] });
  });

  it('leaves on the record what was recommended, without a word that a person wrote', async () => {
    const named = await createTask(client(), {
      title: 'Secret title',
      priority: 5,
      tags: ['private'],
    });
    const next = await createTask(client(), { title: 'Secret other', tags: ['private'] });
    await createTask(client(), { priority: 5, tags: ['private'] });
    const response = await client()
      .get(
        `/api/tasks/best?tag=private&availableMinutes=45&exclude=3&exclude=${named.id}x&at=${NOON}`,
      )
      .expect(200);
    const [row] = await app.database.query<{ details: unknown }>(
      'SELECT action, user_id, resource_id, details FROM audit_logs WHERE id = $1',
      [response.headers['x-request-id']],
    );
    expect(row).toEqual({
      action: 'GET_BEST_TASK',
      user_id: user.user.id,
      resource_id: named.id,
      details: {
        evaluatedAt: '2030-01-30T12:00:00.000Z',
        whatIf: true,
        number: 1,
        status: 'pending',
        version: 1,
        score: response.body.score,
        weights: response.body.weights,
        alternatives: [{ id: next.id, score: response.body.alternatives[0].score }],
        availableMinutes: 45,
        excluded: ['3'],
      },
    });
    expect(JSON.stringify(row)).not.toMatch(/secret|private/i);
  });

  it('writes nothing but its row on the record', async () => {
    const task = await createTask(client());
    await best();
    expect(await readTask(client(), task.number)).toEqual(task);
  });
});
