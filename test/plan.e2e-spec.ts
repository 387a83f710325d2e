import { type PlanResponse } from '../src/tasks/dto/plan.response.js';
import { as, signUp, type TestUser } from './support/factories.js';
import { createTask } from './support/tasks.js';
import { TestApp } from './support/test-app.js';

const MONDAY_MORNING = 'at=2030-03-04T07:00:00Z';

describe('GET /api/tasks/plan', () => {
  let app: TestApp;
  let user: TestUser;
  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.stop());
  beforeEach(async () => {
    user = await signUp(app);
    await client()
      .patch('/api/preferences')
      .send({ timezone: 'Europe/Berlin', workStartTime: '09:00', workEndTime: '12:00' })
      .expect(200);
  });

  const client = () => as(app, user);

  async function plan(query: string): Promise<PlanResponse> {
    const { body } = await client().get(`/api/tasks/plan?${query}`).expect(200);
    return body as PlanResponse;
  }

  it('fills the working hours of a day with blocks that follow each other', async () => {
    await createTask(client(), { title: 'second', priority: 3, effortEstimateMinutes: 60 });
    await createTask(client(), { title: 'first', priority: 5, effortEstimateMinutes: 90 });
    const { date, timezone, workingHours, blocks } = await plan(
      `date=2030-03-05&${MONDAY_MORNING}`,
    );
    expect({ date, timezone }).toEqual({ date: '2030-03-05', timezone: 'Europe/Berlin' });
    expect(workingHours).toEqual({
      start: '2030-03-05T08:00:00.000Z',
      end: '2030-03-05T11:00:00.000Z',
      localStart: '09:00',
      localEnd: '12:00',
    });
    const times = blocks.map(({ task, localStart, localEnd }) => [
      task.title,
      localStart,
      localEnd,
    ]);
    expect(times).toEqual([
      ['first', '09:00', '10:30'],
      ['second', '10:30', '11:30'],
    ]);
  });

  it('does today what is due today, says what found no place, and warns of what comes too late', async () => {
    const due = '2030-03-04T11:00:00Z';
    await createTask(client(), {
      title: 'important',
      priority: 5,
      impact: 5,
      effortEstimateMinutes: 120,
    });
    await createTask(client(), {
      title: 'due',
      priority: 1,
      impact: 1,
      dueDate: due,
      effortEstimateMinutes: 90,
    });
    await createTask(client(), { title: 'too long', dueDate: due, effortEstimateMinutes: 240 });
    const { blocks, unplanned, warnings } = await plan(`date=2030-03-04&${MONDAY_MORNING}`);
    expect(blocks.map(({ task }) => task.title)).toContain('due');
    expect(unplanned.map(({ task }) => task.title)).toEqual(
      expect.arrayContaining(['important', 'too long']),
    );
    expect(warnings.map(({ task }) => task.title)).toEqual(['too long']);
    expect(warnings[0]?.why).toMatch(/4 h/);
  });

  it('plans nothing on a day off', async () => {
    await createTask(client());
    const { workingHours, blocks, unplanned } = await plan(`date=2030-03-09&${MONDAY_MORNING}`);
    expect({ workingHours, blocks }).toEqual({ workingHours: null, blocks: [] });
    expect(unplanned).toHaveLength(1);
  });

  it('names what wakes only during the day', async () => {
    await createTask(client(), { title: 'asleep', snoozedUntil: '2030-03-04T10:15:00Z' });
    const { blocks, unplanned } = await plan(`date=2030-03-04&${MONDAY_MORNING}`);
    expect(blocks).toEqual([]);
    expect(unplanned).toMatchObject([
      { task: { title: 'asleep', status: 'snoozed' }, why: 'It sleeps until 11:15.' },
    ]);
  });

  it('gives the same plan for the same question', async () => {
    for (const priority of [1, 2, 3, 3, 4]) await createTask(client(), { priority });
    const question = `date=2030-03-04&${MONDAY_MORNING}`;
    expect(await plan(question)).toEqual(await plan(question));
  });

  it('plans nobody else’s tasks', async () => {
    await createTask(as(app, await signUp(app)));
    const { blocks, unplanned } = await plan(`date=2030-03-04&${MONDAY_MORNING}`);
    expect([...blocks, ...unplanned]).toEqual([]);
  });

  it.each(['2030-02-30', '2030-3-4', 'tomorrow', '1969-12-31', ''])(
    'refuses %j as a date',
    async (date) => {
      const { status, body } = await client().get(`/api/tasks/plan?date=${date}`);
      expect(status).toBe(400);
      expect(body).toMatchObject({ code: 'validation_failed', errors: [{ path: 'date' }] });
    },
  );
});
