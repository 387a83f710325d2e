import { type AuditLogPageResponse } from '../src/audit/dto/audit-log-page.response.js';
import { type AuditStatsResponse } from '../src/audit/dto/audit-stats.response.js';
import { type BestTaskResponse } from '../src/tasks/dto/best-task.response.js';
import { type TaskPageResponse } from '../src/tasks/dto/task-page.response.js';
import { as, signUp, type TestUser } from './support/factories.js';
import { TestApp } from './support/test-app.js';

const TASKS_PER_USER = 60;
const WORDS = ['alpha', 'beta', 'gamma', 'delta'];
const OPEN = `status <> 'completed' AND (snoozed_until IS NULL OR snoozed_until <= now())`;

/** Any user's tasks look like any other's. */
const INSERT_TASKS = `
  INSERT INTO tasks (user_id, id, title, status, priority, impact, due_date, snoozed_until, tags)
  SELECT $1::uuid, gen_random_uuid(), words[1 + (random() * 3)::int] || ' ' || words[1 + (random() * 3)::int],
    (ARRAY['pending', 'in_progress', 'completed'])[1 + (random() * 2)::int],
    1 + (random() * 4)::int, 1 + (random() * 4)::int,
    CASE WHEN random() < 0.6 THEN now() + (random() * 20 - 4) * interval '1 day' END,
    CASE WHEN random() < 0.2 THEN now() + interval '1 day' END,
    ARRAY[words[1 + (random() * 3)::int]]
  FROM generate_series(1, $2) AS n, (SELECT $3::text[] AS words) w`;

const LISTS: [path: string, where: string][] = [
  ['/api/tasks?', 'true'],
  ['/api/tasks?status=completed&', `status = 'completed'`],
  ['/api/tasks/pending?', OPEN],
  ['/api/tasks?q=alpha&', `title LIKE '%alpha%'`],
  ['/api/tasks?tag=beta&', `'beta' = ANY (tags)`],
  ['/api/tasks?minPriority=4&', 'priority >= 4'],
  ['/api/tasks?sort=dueDate&', 'true'],
  ['/api/tasks?sort=-score&', 'true'],
];

describe('of three users with much the same data, each', () => {
  let app: TestApp;
  let users: TestUser[];
  beforeAll(async () => {
    app = await TestApp.start();
    users = [await signUp(app), await signUp(app), await signUp(app)];
    for (const { user } of users) {
      await app.database.query(INSERT_TASKS, [user.id, TASKS_PER_USER, WORDS]);
    }
  });
  afterAll(() => app.stop());

  async function everyPage(user: TestUser, path: string): Promise<string[]> {
    const ids: string[] = [];
    let cursor = '';
    for (;;) {
      const { body } = await as(app, user).get(`${path}limit=7${cursor}`).expect(200);
      const { items, nextCursor } = body as TaskPageResponse;
      ids.push(...items.map(({ id }) => id));
      if (nextCursor === null) return ids;
      cursor = `&cursor=${nextCursor}`;
    }
  }

  async function ownIds(user: TestUser, where: string): Promise<string[]> {
    const rows = await app.database.query<{ id: string }>(
      `SELECT id FROM tasks WHERE user_id = $1 AND ${where}`,
      [user.user.id],
    );
    return rows.map(({ id }) => id);
  }

  it.each(LISTS)(
    'Z03 finds their own tasks by %s, all of them and nobody else’s',
    async (path, where) => {
      for (const user of users) {
        const expected = await ownIds(user, where);
        expect(expected.length).toBeGreaterThan(0);
        expect((await everyPage(user, path)).sort()).toEqual(expected.sort());
      }
    },
  );

  it('Z03 is told the best of their own tasks', async () => {
    for (const user of users) {
      const { body } = await as(app, user).get('/api/tasks/best?alternatives=10').expect(200);
      const { task, alternatives } = body as BestTaskResponse;
      const named = [task?.id, ...alternatives.map((alternative) => alternative.task.id)];
      const own = await ownIds(user, OPEN);
      expect(own).toEqual(expect.arrayContaining(named));
      expect(named).toHaveLength(Math.min(own.length, 11));
    }
  });

  it('Z03 reads their own record and its statistics', async () => {
    for (const user of users) {
      const client = as(app, user);
      const recorded = await app.database.query<{ id: string; action: string }>(
        `SELECT id, action FROM audit_logs WHERE user_id = $1 ORDER BY timestamp DESC, id DESC`,
        [user.user.id],
      );
      const { body: stats } = await client.get('/api/audit-logs/stats?bucket=day').expect(200);
      const counted = (stats as AuditStatsResponse).items.reduce(
        (sum, { count }) => sum + count,
        0,
      );
      expect(counted).toBe(recorded.length);
      const { body: log } = await client.get('/api/audit-logs?limit=100').expect(200);
      // The question for the statistics has a row of its own by now.
      const [, ...before] = (log as AuditLogPageResponse).items.map(({ id }) => id);
      expect(before).toEqual(recorded.slice(0, 99).map(({ id }) => id));
    }
  });
});
