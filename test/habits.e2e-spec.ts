import { as, signUp, type TestUser } from './support/factories.js';
import { type HabitsResponse } from '../src/tasks/dto/habits.response.js';
import { DAY_PARTS } from '../src/tasks/scoring/context-tags.js';
import { createTask } from './support/tasks.js';
import { TestApp } from './support/test-app.js';

const MOMENT = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string;
const NOTHING = { enabled: true, completions: 0, forgottenAt: null, habits: [] };

describe('habits', () => {
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

  async function habits(of: TestUser = user): Promise<HabitsResponse> {
    const { body } = await as(app, of).get('/api/preferences/habits').expect(200);
    return body as HabitsResponse;
  }

  /** Tasks completed on each of the last `count` days at an hour of UTC. */
  async function complete(count: number, hour: number, tags: string[]): Promise<void> {
    await app.database.query(
      `INSERT INTO tasks (user_id, id, title, status, tags, completed_at)
       SELECT $1, gen_random_uuid(), 'done', 'completed', $2,
         date_trunc('day', now(), 'UTC') + $3 * interval '1 hour' - day * interval '1 day'
       FROM generate_series(1, $4::int) AS day`,
      [user.user.id, tags, hour, count],
    );
  }

  const preferences = (changes: object) =>
    client().patch('/api/preferences').send(changes).expect(200);

  it('need a sign-in', async () => {
    await app.http.get('/api/preferences/habits').expect(401);
    await app.http.delete('/api/preferences/habits').expect(401);
  });

  it('begin with nothing learned', async () => {
    expect(await habits()).toEqual(NOTHING);
  });

  it('say which tags get done when, how strongly, and from how many completions', async () => {
    await complete(9, 9, ['calls']);
    await complete(1, 20, ['calls']);
    await complete(10, 20, ['reading']);
    const learned = await habits();
    expect(learned).toMatchObject({ enabled: true, completions: 20, forgottenAt: null });
    const calls = learned.habits.find(
      ({ tag, partOfDay }) => tag === 'calls' && partOfDay === 'morning',
    );
    expect(calls).toEqual({
      tag: 'calls',
      partOfDay: 'morning',
      tendency: expect.any(Number) as number,
      completions: 10,
      completionsThen: 9,
      why: 'You usually do "calls" in the morning: 9 of 10 completions.',
    });
    expect(calls?.tendency).toBeGreaterThan(0.2);
    expect(calls?.tendency).toBeLessThan(1);
    expect(learned.habits.map(({ why }) => why)).toContain(
      'You seldom do "reading" in the morning: 0 of 10 completions.',
    );
  });

  it('come by the part of the day, the strongest first', async () => {
    await complete(12, 9, ['calls']);
    await complete(12, 23, ['reading']);
    await complete(3, 14, ['calls', 'reading']);
    const { habits: learned } = await habits();
    const parts = [...new Set(learned.map(({ partOfDay }) => partOfDay))];
    expect(parts).toEqual(['morning', 'afternoon', 'evening', 'night']);
    for (const part of parts) {
      const strengths = learned
        .filter(({ partOfDay }) => partOfDay === part)
        .map(({ tendency }) => Math.abs(tendency));
      expect(strengths).toEqual(strengths.toSorted((one, other) => other - one));
    }
  });

  it('are the very values that a score is adjusted by', async () => {
    await complete(9, 9, ['calls']);
    await complete(9, 20, ['reading']);
    await createTask(client(), { tags: ['calls'] });
    const at = new Date(Date.now() + 1000);
    const { body } = await client().get(`/api/tasks/best?at=${at.toISOString()}`).expect(200);
    const component = (body.components as { factor: string; value: number }[]).find(
      ({ factor }) => factor === 'habit',
    );
    const { name: part } = DAY_PARTS.find(
      ({ from, until }) => (at.getUTCHours() - from + 24) % 24 < (until - from + 24) % 24,
    ) ?? { name: 'night' };
    const shown = (await habits()).habits.find(
      ({ tag, partOfDay }) => tag === 'calls' && partOfDay === part,
    );
    expect(component?.value ?? 0).toBeCloseTo(shown?.tendency ?? 0, 3);
  });

  it('are those of the user’s own time zone', async () => {
    await complete(9, 9, ['calls']);
    await complete(9, 14, ['reading']);
    await preferences({ timezone: 'Asia/Tokyo' });
    const { habits: learned } = await habits();
    const usual = learned.filter(({ tendency }) => tendency > 0);
    expect(usual.map(({ tag, partOfDay }) => [tag, partOfDay])).toEqual([
      ['calls', 'evening'],
      ['reading', 'night'],
    ]);
  });

  it('Z03 are nobody else’s', async () => {
    await complete(9, 9, ['calls']);
    const other = await signUp(app);
    expect(await habits(other)).toEqual(NOTHING);
    await as(app, other).delete('/api/preferences/habits').expect(204);
    expect((await habits()).completions).toBe(9);
  });

  it('are not shown, nor learned, while learning is off, and are back when it is on', async () => {
    await complete(9, 9, ['calls']);
    await complete(9, 20, ['reading']);
    const learned = await habits();
    await preferences({ enableHabitLearning: false });
    expect(await habits()).toEqual({ ...NOTHING, enabled: false });
    await preferences({ enableHabitLearning: true });
    expect((await habits()).habits.map(({ tag, partOfDay }) => [tag, partOfDay])).toEqual(
      learned.habits.map(({ tag, partOfDay }) => [tag, partOfDay]),
    );
  });

  it('leave no trace in any answer while learning is off or once forgotten', async () => {
    await createTask(client(), { tags: ['calls'] });
    await createTask(client(), { tags: ['reading'] });
    const at = new Date(Date.now() + 60_000).toISOString();
    const answers = async () => {
      const best = await client().get(`/api/tasks/best?at=${at}`).expect(200);
      const list = await client().get('/api/tasks?status=pending&sort=-score').expect(200);
      const scores = (list.body.items as { number: number }[]).map(({ number }) => number);
      return `${best.text}${JSON.stringify(scores)}`;
    };
    const without = await answers();
    await complete(9, new Date(at).getUTCHours(), ['calls']);
    await complete(9, (new Date(at).getUTCHours() + 12) % 24, ['reading']);
    expect(await answers()).not.toBe(without);
    await preferences({ enableHabitLearning: false });
    expect(await answers()).toBe(without);
    await preferences({ enableHabitLearning: true });
    expect(await answers()).not.toBe(without);
    await client().delete('/api/preferences/habits').expect(204);
    expect(await answers()).toBe(without);
  });

  it('are forgotten on demand and learned anew from what is completed later', async () => {
    await complete(9, 9, ['calls']);
    const { text } = await client().delete('/api/preferences/habits').expect(204);
    expect(text).toBe('');
    expect(await habits()).toEqual({ ...NOTHING, forgottenAt: MOMENT });
    const { id } = await createTask(client(), { tags: ['calls'] });
    await client().post(`/api/tasks/${id}/complete`).expect(200);
    const anew = await habits();
    expect(anew.completions).toBe(1);
    expect(anew.habits.every(({ completions }) => completions === 1)).toBe(true);
    const { body } = await client().get('/api/tasks?status=completed').expect(200);
    expect(body.items).toHaveLength(10);
  });

  it('are recorded when shown and when forgotten', async () => {
    await habits();
    await client().delete('/api/preferences/habits').expect(204);
    const rows = await app.database.query(
      `SELECT action, status_code FROM audit_logs WHERE user_id = $1 ORDER BY timestamp DESC, id DESC LIMIT 2`,
      [user.user.id],
    );
    expect(rows).toEqual([
      { action: 'FORGET_HABITS', status_code: 204 },
      { action: 'GET_HABITS', status_code: 200 },
    ]);
  });

  it('say that the account is gone', async () => {
    await app.database.query('DELETE FROM user_preferences WHERE user_id = $1', [user.user.id]);
    for (const request of [
      client().get('/api/preferences/habits'),
      client().delete('/api/preferences/habits'),
    ]) {
      const { status, body } = await request;
      expect([status, body.code]).toEqual([401, 'invalid_token']);
    }
  });
});
