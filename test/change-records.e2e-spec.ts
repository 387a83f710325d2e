import { randomUUID } from 'node:crypto';
import { type TaskResponse } from '../src/tasks/dto/task.response.js';
import { as, signUp } from './support/factories.js';
import { createTask, raceForFirstChange } from './support/tasks.js';
import { TestApp } from './support/test-app.js';

interface Change {
  action: string;
  body: object;
  /** What the task is before, and what the record says that it is then. */
  from: object;
  details: { version: number; status: string };
}

const CHANGES: Change[] = [
  { action: '', body: { title: 'New' }, from: {}, details: { version: 2, status: 'pending' } },
  { action: '', body: {}, from: {}, details: { version: 1, status: 'pending' } },
  { action: '/complete', body: {}, from: {}, details: { version: 2, status: 'completed' } },
  {
    action: '/reopen',
    body: {},
    from: { status: 'completed' },
    details: { version: 2, status: 'pending' },
  },
  {
    action: '/snooze',
    body: { minutes: 5 },
    from: {},
    details: { version: 2, status: 'snoozed' },
  },
];

const REFUSALS: { why: string; body: object; from: object; status: number }[] = [
  { why: 'of another version', body: { expectedVersion: 7 }, from: {}, status: 412 },
  {
    why: 'that may not sleep',
    body: { snoozedUntil: '2040-01-01T00:00:00Z' },
    from: { status: 'completed' },
    status: 409,
  },
];

describe('the record of a change', () => {
  let app: TestApp;
  let client: ReturnType<typeof as>;
  beforeAll(async () => {
    app = await TestApp.start();
    client = as(app, await signUp(app));
  });
  afterAll(() => app.stop());

  const send = (ref: string | number, { action, body }: Pick<Change, 'action' | 'body'>) => {
    const path = `/api/tasks/${String(ref)}${action}`;
    return action === '' ? client.patch(path).send(body) : client.post(path).send(body);
  };

  const recordOf = ({ headers }: { headers: Record<string, string> }) =>
    app.database.query(
      `SELECT resource_id, result, status_code, details FROM audit_logs WHERE id = $1`,
      [headers['x-request-id']],
    );

  describe.each(CHANGES)('PATCH or POST $action of $body', (change) => {
    it.each(['id', 'number'] as const)('says what the task has become, by its %s', async (name) => {
      const task = await createTask(client, change.from);
      const response = await send(task[name], change).expect(200);
      const success = { resource_id: task.id, result: 'success', status_code: 200 };
      expect(await recordOf(response)).toEqual([{ ...success, details: change.details }]);
      const [row] = await app.database.query('SELECT last_request_id FROM tasks WHERE id = $1', [
        task.id,
      ]);
      expect(row).toEqual({ last_request_id: response.headers['x-request-id'] });
    });

    it('says only that there is no such task', async () => {
      for (const ref of [randomUUID(), 999_999]) {
        const response = await send(ref, change).expect(404);
        const failure = { resource_id: null, result: 'error', status_code: 404, details: null };
        expect(await recordOf(response)).toEqual([failure]);
      }
    });
  });

  it('says the same when the change had a key', async () => {
    const { id } = await createTask(client);
    const complete = () =>
      client.post(`/api/tasks/${id}/complete`).set('Idempotency-Key', randomUUID()).send({});
    const [record] = await recordOf(await complete().expect(200));
    expect(record).toMatchObject({ resource_id: id, details: { version: 2, status: 'completed' } });
    const nobody = client.post(`/api/tasks/${randomUUID()}/complete`).set('Idempotency-Key', 'k');
    expect(await recordOf(await nobody.send({}).expect(404))).toMatchObject([{ result: 'error' }]);
  });

  it.each(REFUSALS)('says only that it was refused, of a task $why', async (refusal) => {
    const { id }: TaskResponse = await createTask(client, refusal.from);
    const response = await client.patch(`/api/tasks/${id}`).send(refusal.body);
    expect(response.status).toBe(refusal.status);
    const failure = { result: 'error', status_code: refusal.status, details: null };
    expect(await recordOf(response)).toEqual([{ resource_id: id, ...failure }]);
    const [row] = await app.database.query('SELECT last_request_id FROM tasks WHERE id = $1', [id]);
    expect(row).toEqual({ last_request_id: null });
  });

  it('says so of the one that wins when several start from the same version', async () => {
    const { id } = await createTask(client);
    const answers = await raceForFirstChange(client, id, 10);
    for (const answer of answers) {
      const isWinner = answer.status === 200;
      expect(await recordOf(answer)).toMatchObject([
        {
          result: isWinner ? 'success' : 'error',
          details: isWinner ? { version: 2, status: 'pending' } : null,
        },
      ]);
    }
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });
});
