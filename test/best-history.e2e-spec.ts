import { randomUUID } from 'node:crypto';
import { type RecommendationResponse } from '../src/tasks/dto/best-history.response.js';
import { type TaskResponse } from '../src/tasks/dto/task.response.js';
import { bestHistoryStatement } from '../src/tasks/best/best-history.query.js';
import { as, signUp, type TestUser } from './support/factories.js';
import { createTask, inMinutes } from './support/tasks.js';
import { TestApp } from './support/test-app.js';

const MOMENT = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string;

describe('GET /api/tasks/best/history', () => {
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

  async function best(query = ''): Promise<{ requestId: string; task: TaskResponse }> {
    const response = await client().get(`/api/tasks/best?${query}`).expect(200);
    return { requestId: response.headers['x-request-id'] ?? '', task: response.body.task };
  }

  async function history(
    query = '',
  ): Promise<{ items: RecommendationResponse[]; nextCursor: string | null }> {
    const { body } = await client().get(`/api/tasks/best/history?${query}`).expect(200);
    return body as { items: RecommendationResponse[]; nextCursor: string | null };
  }

  /** What became of the only recommendation there is. */
  async function outcome(): Promise<[outcome: string, outcomeAt: string | null]> {
    const { items } = await history();
    expect(items).toHaveLength(1);
    const [only] = items as [RecommendationResponse];
    return [only.outcome, only.outcomeAt];
  }

  it('begins empty and stays so while nothing could be recommended', async () => {
    await best();
    expect(await history()).toEqual({ items: [], nextCursor: null });
  });

  it('tells what was recommended, when, with which weights and score', async () => {
    const second = await createTask(client(), { priority: 2 });
    const first = await createTask(client(), { title: 'Call the plumber', priority: 5 });
    const answer = await client().get('/api/tasks/best').expect(200);
    expect(await history()).toEqual({
      items: [
        {
          requestId: answer.headers['x-request-id'],
          recommendedAt: MOMENT,
          evaluatedAt: answer.body.evaluatedAt,
          whatIf: false,
          task: { id: first.id, number: 2, title: 'Call the plumber', status: 'pending' },
          score: answer.body.score,
          weights: { urgency: 40, priority: 35, impact: 15, effort: 10 },
          alternatives: [{ id: second.id, score: answer.body.alternatives[0].score }],
          outcome: 'open',
          outcomeAt: null,
        },
      ],
      nextCursor: null,
    });
  });

  it.each<[string, string, (task: TaskResponse) => Promise<unknown>]>([
    ['completed', 'by completing', ({ id }) => client().post(`/api/tasks/${id}/complete`)],
    [
      'completed',
      'by a change of status',
      ({ id }) => client().patch(`/api/tasks/${id}`).send({ status: 'completed' }),
    ],
    [
      'snoozed',
      'by snoozing',
      ({ number }) =>
        client()
          .post(`/api/tasks/${String(number)}/snooze`)
          .send({ minutes: 5 }),
    ],
    [
      'snoozed',
      'by a change of its moment',
      ({ id }) =>
        client()
          .patch(`/api/tasks/${id}`)
          .send({ snoozedUntil: inMinutes(60) }),
    ],
    [
      'started',
      'by a change of status',
      ({ id }) => client().patch(`/api/tasks/${id}`).send({ status: 'in_progress' }),
    ],
    ['deleted', 'by deletion', ({ id }) => client().delete(`/api/tasks/${id}`)],
    [
      'excluded',
      'by its id',
      ({ id }) => client().get(`/api/tasks/best?exclude=${id.toUpperCase()}`),
    ],
    [
      'excluded',
      'by its number',
      ({ number }) => client().get(`/api/tasks/best?exclude=0${String(number)}&exclude=none`),
    ],
    [
      'changed',
      'by a new title',
      ({ id }) => client().patch(`/api/tasks/${id}`).send({ title: 'Water them later' }),
    ],
  ])('tells that a task came to be %s %s, and when', async (expected, _, act) => {
    const task = await createTask(client());
    await best();
    const before = new Date().toISOString();
    await act(task);
    const [became, at] = await outcome();
    expect(became).toBe(expected);
    expect(at).toEqual(MOMENT);
    expect((at ?? '') >= before && (at ?? '') <= new Date().toISOString()).toBe(true);
  });

  it.each<[string, (task: TaskResponse) => Promise<unknown>]>([
    ['reading it', ({ id }) => client().get(`/api/tasks/${id}`)],
    ['a change that changes nothing', ({ id }) => client().patch(`/api/tasks/${id}`).send({})],
    ['reopening what is open', ({ id }) => client().post(`/api/tasks/${id}/reopen`)],
    ['a refused change', ({ id }) => client().patch(`/api/tasks/${id}`).send({ priority: 9 })],
    [
      'a stale completion',
      ({ id }) => client().post(`/api/tasks/${id}/complete`).set('If-Match', '"9"'),
    ],
    ['excluding another', () => client().get('/api/tasks/best?exclude=77')],
    [
      'excluding it in a what-if question',
      ({ id }) => client().get(`/api/tasks/best?exclude=${id}&at=2031-01-01T00:00:00Z`),
    ],
    ['what happens to another task', async () => await createTask(client(), { priority: 1 })],
  ])('leaves a recommendation open after %s', async (_, act) => {
    const task = await createTask(client());
    await best();
    await act(task);
    const { items } = await history();
    expect(items.at(-1)).toMatchObject({ task: { id: task.id }, outcome: 'open', outcomeAt: null });
  });

  it('names what happened first, and the state the task is in by now', async () => {
    const { id } = await createTask(client());
    await best();
    await client().patch(`/api/tasks/${id}`).send({ status: 'in_progress' }).expect(200);
    await client().post(`/api/tasks/${id}/complete`).expect(200);
    const { items } = await history();
    expect(items).toMatchObject([{ outcome: 'started', task: { status: 'completed' } }]);
  });

  it('looks past an edit to what was done next', async () => {
    const { id } = await createTask(client());
    await best();
    await client().patch(`/api/tasks/${id}`).send({ title: 'Water the cactus' }).expect(200);
    await client().post(`/api/tasks/${id}/complete`).expect(200);
    expect((await outcome())[0]).toBe('completed');
  });

  it('does not call it started when it was in progress already', async () => {
    const { id } = await createTask(client(), { status: 'in_progress' });
    await best();
    await client().patch(`/api/tasks/${id}`).send({ status: 'in_progress', impact: 4 }).expect(200);
    expect((await outcome())[0]).toBe('changed');
  });

  it('ignores what happened before the recommendation', async () => {
    const { id } = await createTask(client());
    await client().post(`/api/tasks/${id}/complete`).expect(200);
    await client().post(`/api/tasks/${id}/reopen`).expect(200);
    await client().get(`/api/tasks/best?exclude=${id}`).expect(200);
    await best();
    expect(await outcome()).toEqual(['open', null]);
  });

  it('keeps the task’s id and number when it is deleted, and forgets its title', async () => {
    const { id } = await createTask(client());
    await best();
    await client().delete(`/api/tasks/${id}`).expect(204);
    const { items } = await history();
    expect(items[0]?.task).toEqual({ id, number: 1, title: null, status: null });
  });

  it('notices what was done to the task by plain SQL', async () => {
    const [done, gone] = [await createTask(client(), { priority: 5 }), await createTask(client())];
    await best();
    await best(`exclude=${done.id}&at=2031-01-01T00:00:00Z`);
    await app.database.query(
      `UPDATE tasks SET status = 'completed' WHERE user_id = $1 AND id = $2`,
      [user.user.id, done.id],
    );
    await app.database.query(`DELETE FROM tasks WHERE user_id = $1 AND id = $2`, [
      user.user.id,
      gone.id,
    ]);
    const { items } = await history('whatIf=true');
    expect(items).toMatchObject([
      { outcome: 'deleted', outcomeAt: null },
      { outcome: 'completed', outcomeAt: MOMENT },
    ]);
  });

  it('follows “something else” from one recommendation to the next', async () => {
    const numbers = [5, 4, 3].map((priority) => createTask(client(), { priority }));
    const [first, second, third] = (await Promise.all(numbers)) as [
      TaskResponse,
      TaskResponse,
      TaskResponse,
    ];
    await best();
    await best(`exclude=${first.id}`);
    await best(`exclude=${first.id}&exclude=${String(second.number)}`);
    await client().post(`/api/tasks/${third.id}/complete`).expect(200);
    const { items } = await history();
    expect(items.map(({ task, outcome: became }) => [task.id, became])).toEqual([
      [third.id, 'completed'],
      [second.id, 'excluded'],
      [first.id, 'excluded'],
    ]);
  });

  it('marks what-if questions and leaves them out unless they are asked for', async () => {
    await createTask(client());
    await best();
    await best('at=2031-01-01T00:00:00Z');
    await best('weightUrgency=0&weightPriority=0&weightImpact=0&weightEffort=100');
    expect((await history()).items.map(({ whatIf }) => whatIf)).toEqual([false]);
    expect((await history('whatIf=false')).items).toHaveLength(1);
    const { items } = await history('whatIf=true');
    expect(items.map(({ whatIf }) => whatIf)).toEqual([true, true, false]);
    expect(items[1]?.evaluatedAt).toBe('2031-01-01T00:00:00.000Z');
    expect(items[0]?.weights.effort).toBe(100);
  });

  it('neither skips nor repeats a recommendation from page to page', async () => {
    await insertRecommendations(user.user.id, 23);
    const expected = (await history('limit=100')).items;
    const seen: RecommendationResponse[] = [];
    let cursor: string | null = null;
    do {
      const page = await history(`limit=5${cursor === null ? '' : `&cursor=${cursor}`}`);
      seen.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(seen).toHaveLength(23);
    expect(seen).toEqual(expected);
    const keys = seen.map(({ recommendedAt, requestId }) => recommendedAt + requestId);
    expect(keys).toEqual(keys.toSorted().toReversed());
  });

  it('Z02 Z03 shows nobody else’s recommendations, nor takes their cursors', async () => {
    const other = await signUp(app);
    const { id } = await createTask(client());
    await best();
    await best();
    const { nextCursor } = await history('limit=1');
    await as(app, other).get(`/api/tasks/best?exclude=${id}`).expect(200);
    await as(app, other).post(`/api/tasks/${id}/complete`).expect(404);
    const { body } = await as(app, other).get('/api/tasks/best/history').expect(200);
    expect(body).toEqual({ items: [], nextCursor: null });
    for (const [asking, query] of [
      [other, `cursor=${nextCursor ?? ''}`],
      [user, `whatIf=true&cursor=${nextCursor ?? ''}`],
    ] as const) {
      const refused = await as(app, asking).get(`/api/tasks/best/history?${query}`);
      expect([refused.status, refused.body.code]).toEqual([400, 'invalid_cursor']);
    }
    expect((await history()).items.map((item) => item.outcome)).toEqual(['open', 'open']);
  });

  it.each(['limit=0', 'limit=101', 'whatIf=1', 'whatIf=', 'cursor=', 'status=open'])(
    'refuses ?%s by the name of its parameter',
    async (query) => {
      const { status, body } = await client().get(`/api/tasks/best/history?${query}`);
      expect([status, body.code]).toEqual([400, 'validation_failed']);
      expect(body.errors[0].path).toBe(query.split('=')[0]);
    },
  );

  it('needs a signed-in user', async () => {
    await app.http.get('/api/tasks/best/history').expect(401);
  });

  it('finds recommendations and what followed by indexes of their own', async () => {
    await insertRecommendations(user.user.id, 5);
    const after = { timestamp: '2020-01-01T00:00:30Z', id: randomUUID() };
    const { text, values } = bestHistoryStatement({
      userId: user.user.id,
      includeWhatIf: false,
      limit: 51,
      after,
    });
    const plan = await app.database.query(`EXPLAIN (FORMAT JSON) ${text}`, values);
    const indexes = JSON.stringify(plan).match(/"Index Name":"[^"]+"/g) ?? [];
    expect(indexes.join(' ')).toMatch(/audit_logs_default_user_id_timestamp_id_idx1/);
    expect(indexes.join(' ')).toMatch(/audit_logs_default_user_id_resource_id_timestamp_idx/);
  });

  /** Recommendations of long ago, in pairs of one moment a second apart. */
  async function insertRecommendations(userId: string, count: number): Promise<void> {
    await app.database.query(
      `INSERT INTO audit_logs (timestamp, id, user_id, action, resource_id, result, request_duration_ms, method, status_code, details)
       SELECT '2020-01-01Z'::timestamptz + n / 2 * interval '1 second', gen_random_uuid(), $1, 'GET_BEST_TASK',
         gen_random_uuid(), 'success', 1, 'GET', 200, '{"whatIf": false}'
       FROM generate_series(1, $2::int) n`,
      [userId, count],
    );
  }
});
