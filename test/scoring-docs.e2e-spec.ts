import { readdirSync, readFileSync } from 'node:fs';
import {
  completionWeight,
  datedUrgency,
  effortValue,
  undatedUrgency,
} from '../src/cli/charts/formulas.js';
import { scoreCharts } from '../src/cli/charts/score-charts.js';
import { type BestTaskResponse } from '../src/tasks/dto/best-task.response.js';
import * as curves from '../src/tasks/scoring/curves.js';
import { as, signUp, type TestUser } from './support/factories.js';
import { shownAnswer, type Situation, workedExamples } from './support/scoring-examples.js';
import { createTask } from './support/tasks.js';
import { TestApp } from './support/test-app.js';

const PAGE = 'docs/scoring.md';
const page = readFileSync(PAGE, 'utf8');
const examples = workedExamples(PAGE);

describe('docs/scoring.md', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.stop());

  it('has examples to work through', () => {
    expect(examples.length).toBeGreaterThanOrEqual(4);
  });

  it.each(examples)('answers as it shows: $name', async ({ situation, shown }) => {
    const user = await signUp(app);
    await arrange(user, situation);
    const { body } = await as(app, user).get(`/api/tasks/best?${situation.ask}`).expect(200);
    const answer = body as BestTaskResponse;
    expect(shown).toEqual(shownAnswer(answer));
  });

  it('names every constant with the value it has', () => {
    const rows = [...page.matchAll(/^\| `([A-Z][\w.]+)` +\| ([\d.]+)/gm)];
    const named = Object.fromEntries(rows.map(([, name, value]) => [name, Number(value)]));
    expect(named).toEqual(constants(curves));
  });

  it('shows every chart as it is drawn from the constants', () => {
    const drawn = Object.fromEntries(scoreCharts().map(({ file, svg }) => [file, svg]));
    const files = readdirSync('docs/curves');
    const kept = files.map((file) => [file, readFileSync(`docs/curves/${file}`, 'utf8')]);
    expect(Object.fromEntries(kept)).toEqual(drawn);
    for (const file of files) expect(page).toContain(`(curves/${file})`);
  });

  it('draws what PostgreSQL computes', async () => {
    const user = await signUp(app);
    const [at, created] = ['2030-03-04T09:00:00Z', '2030-01-03T09:00:00Z'];
    for (const [index, due] of [10, 60, 480, 1440 + 480, 4 * 1440 + 240].entries()) {
      const effortEstimateMinutes = [1, 15, 60, 120, 480][index] ?? 1;
      const dueDate = new Date(Date.parse(at) + due * 60_000).toISOString();
      const { number } = await createTask(as(app, user), { effortEstimateMinutes, dueDate });
      const days = Math.floor(due / 1440);
      const workingMinutesLeft = days * 480 + (due - days * 1440);
      const drawn = {
        effortMinutes: effortEstimateMinutes,
        workingMinutesLeft,
        daysLeft: due / 1440,
      };
      const value = await values(user, at, number);
      expect(value('urgency')).toBeCloseTo(datedUrgency(drawn), 3);
      expect(value('effort')).toBeCloseTo(effortValue(effortEstimateMinutes), 3);
    }
    const undated = await createTask(as(app, user));
    await app.database.query('UPDATE tasks SET created_at = $1 WHERE user_id = $2', [
      created,
      user.user.id,
    ]);
    const value = await values(user, at, undated.number);
    expect(value('urgency')).toBeCloseTo(undatedUrgency(60), 3);
    const overdue = { effortMinutes: 1, workingMinutesLeft: 0, daysLeft: -1 };
    expect([datedUrgency(overdue), completionWeight(30)]).toEqual([1, 0.5]);
  });

  /** Reads the values of one task's factors at a moment. */
  async function values(
    user: TestUser,
    at: string,
    number: number,
  ): Promise<(factor: string) => number> {
    const others = Array.from(
      { length: number - 1 },
      (_, index) => `&exclude=${String(index + 1)}`,
    );
    const { body } = await as(app, user).get(`/api/tasks/best?at=${at}${others.join('')}`);
    const { task, components } = body as BestTaskResponse;
    expect(task?.number).toBe(number);
    return (factor) => components.find((component) => component.factor === factor)?.value ?? NaN;
  }

  async function arrange(user: TestUser, situation: Situation): Promise<void> {
    const client = as(app, user);
    await client
      .patch('/api/preferences')
      .send(situation.preferences ?? {})
      .expect(200);
    for (const { createdAt, ...fields } of situation.tasks) {
      const { number } = await createTask(client, fields);
      await app.database.query(
        'UPDATE tasks SET created_at = $1 WHERE user_id = $2 AND number = $3',
        [createdAt, user.user.id, number],
      );
    }
    for (const { tags, at } of situation.completed ?? []) {
      await app.database.query(
        `INSERT INTO tasks (user_id, id, title, status, tags, created_at, completed_at)
         SELECT $1, gen_random_uuid(), 'done', 'completed', $2, moment, moment
         FROM unnest($3::timestamptz[]) AS moment`,
        [user.user.id, tags, at],
      );
    }
  }
});

/** Every number that `module` exports, by its path. */
function constants(module: object, prefix: string = ''): Record<string, number> {
  return Object.fromEntries(
    Object.entries(module).flatMap(([name, value]) =>
      typeof value === 'number'
        ? [[prefix + name, value]]
        : Object.entries(constants(value as object, `${prefix}${name}.`)),
    ),
  );
}
