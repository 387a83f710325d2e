import { jest } from '@jest/globals';
import pg from 'pg';
import { type TaskResponse } from '../src/tasks/dto/task.response.js';
import { IDEMPOTENCY_KEY } from '../src/tasks/task-parameters.js';
import { eventually } from './support/eventually.js';
import { as, signUp } from './support/factories.js';
import { StatementLog } from './support/statement-log.js';
import { createTask, inMinutes, readTask } from './support/tasks.js';
import { TestApp } from './support/test-app.js';
import { IS_POOLED } from './support/test-database.js';

type Client = ReturnType<typeof as>;

/** Each kind of request: what it is sent with, another body, and the task it needs. */
const REQUESTS = [
  { action: '', body: { title: 'Once' }, other: { title: 'Twice' }, task: {} },
  { action: '/complete', body: {}, other: { expectedVersion: 1 }, task: {} },
  { action: '/reopen', body: {}, other: { expectedVersion: 1 }, task: { status: 'completed' } },
  { action: '/snooze', body: { minutes: 60 }, other: { minutes: 61 }, task: {} },
];

describe('a request with a key', () => {
  let app: TestApp;
  let client: Client;
  beforeAll(async () => {
    app = await TestApp.start({ provoked: ['42501'] });
  });
  beforeEach(async () => {
    client = as(app, await signUp(app));
  });
  afterAll(() => app.stop());

  const send = (
    path: string,
    body: object,
    { key, by = client }: { key?: string; by?: Client } = {},
  ) => {
    const request = by.post(`/api/tasks${path}`);
    if (key !== undefined) void request.set('Idempotency-Key', key);
    return request.send(body);
  };

  const pathOf = async (action: string, fields: object, by = client) =>
    action === '' ? '' : `/${(await createTask(by, fields)).id}${action}`;

  const idOf = ({ body }: { body: unknown }) => (body as TaskResponse).id;

  const titles = async (by = client) => {
    const { body } = await by.get('/api/tasks?sort=number').expect(200);
    return (body.items as { title: string }[]).map(({ title }) => title);
  };

  describe.each(REQUESTS)('P21 for POST /api/tasks$action', ({ action, body, other, task }) => {
    it.each(['header', 'body'])('gets the first answer again, by the %s', async (place) => {
      const path = await pathOf(action, task);
      const again = () =>
        place === 'header'
          ? send(path, body, { key: 'k' })
          : send(path, { ...body, clientRequestId: 'k' });
      const first = await again();
      expect(first.status).toBe(action === '' ? 201 : 200);
      expect(first.headers['idempotent-replayed']).toBeUndefined();
      await client
        .patch(`/api/tasks/${idOf(first)}`)
        .send({ impact: 1 })
        .expect(200);

      const second = await again();
      expect([second.status, second.text]).toEqual([first.status, first.text]);
      for (const name of ['etag', 'location', 'content-type']) {
        expect(second.headers[name]).toBe(first.headers[name]);
      }
      expect(second.headers['idempotent-replayed']).toBe('true');
      expect(second.headers['x-request-id']).not.toBe(first.headers['x-request-id']);
      const { version } = first.body as TaskResponse;
      expect((await readTask(client, idOf(first))).version).toBe(version + 1);
    });

    it('is recorded each time it is sent, and says when it was not done again', async () => {
      const path = await pathOf(action, task);
      const sent = [await send(path, body, { key: 'k' }), await send(path, body, { key: 'k' })];
      const rows = await app.database.query(
        `SELECT id, status_code, resource_id, (details->>'replayed')::boolean AS replayed
         FROM audit_logs WHERE id = ANY ($1) ORDER BY timestamp, id`,
        [sent.map(({ headers }) => headers['x-request-id'])],
      );
      const [first] = sent;
      const row = { status_code: first?.status, resource_id: first?.body.id };
      expect(rows).toMatchObject([
        { ...row, replayed: null },
        { ...row, replayed: true },
      ]);
    });

    it('is refused when it comes with another body, and nothing changes', async () => {
      const path = await pathOf(action, task);
      const first = await send(path, body, { key: 'k' });
      const second = await send(path, other, { key: 'k' });
      expect([second.status, second.body.code]).toEqual([422, 'idempotency_mismatch']);
      expect(second.headers['idempotent-replayed']).toBeUndefined();
      expect(await readTask(client, idOf(first))).toEqual(first.body);
      expect(await titles()).toHaveLength(1);
    });

    it('has nothing to do with the same key of another user', async () => {
      const stranger = as(app, await signUp(app));
      await send(await pathOf(action, task), body, { key: 'k' });
      const path = await pathOf(action, task, stranger);
      const { status, headers } = await send(path, other, { key: 'k', by: stranger });
      expect([status, headers['idempotent-replayed']]).toEqual([
        action === '' ? 201 : 200,
        undefined,
      ]);
    });

    it('is done again once the key has expired', async () => {
      const path = await pathOf(action, task);
      const first = await send(path, body, { key: 'k' });
      await app.database.query('UPDATE idempotency_keys SET expires_at = now()');
      await client
        .patch(`/api/tasks/${idOf(first)}`)
        .send({ impact: 1 })
        .expect(200);
      const second = await send(path, body, { key: 'k' });
      expect(second.status).toBe(first.status);
      expect(second.headers['idempotent-replayed']).toBeUndefined();
      expect(second.text).not.toBe(first.text);
      expect((await send(path, body, { key: 'k' })).text).toBe(second.text);
    });

    it('is kept for 24 hours', async () => {
      await send(await pathOf(action, task), body, { key: 'k' });
      expect(
        await app.database.query(
          `SELECT extract(epoch FROM expires_at - t.created_at) / 3600 BETWEEN 24 AND 24.1 AS kept
           FROM idempotency_keys k JOIN tasks t ON t.id = k.task_id ORDER BY expires_at DESC LIMIT 1`,
        ),
      ).toEqual([{ kept: true }]);
    });

    it('is done once of fifty at once', async () => {
      const path = await pathOf(action, task);
      const answers = await Promise.all(
        Array.from({ length: 50 }, () => send(path, body, { key: 'k' })),
      );
      const done = answers.filter(({ status }) => status < 300);
      expect(
        done.filter(({ headers }) => headers['idempotent-replayed'] === undefined),
      ).toHaveLength(1);
      expect(new Set(done.map(({ text }) => text)).size).toBe(1);
      const refused = answers.filter(({ status }) => status >= 300);
      for (const answer of refused) {
        expect([answer.status, answer.body.code]).toEqual([409, 'idempotency_conflict']);
      }
      expect(await titles()).toHaveLength(1);
      expect((await send(path, body, { key: 'k' })).text).toBe(done[0]?.text);
    });
  });

  it('P21 has nothing to do with the same key on another route', async () => {
    const { id } = await createTask(client);
    for (const [path, body] of [
      ['', { title: 'Once' }],
      [`/${id}/complete`, {}],
      [`/${id}/reopen`, {}],
      [`/${id}/snooze`, { minutes: 5 }],
    ] as const) {
      const { headers, status } = await send(path, body, { key: 'k' });
      expect(status).toBeLessThan(300);
      expect(headers['idempotent-replayed']).toBeUndefined();
    }
    expect(await readTask(client, id)).toMatchObject({ status: 'snoozed', version: 4 });
  });

  it('P21 is refused when its key came for another task', async () => {
    const [one, two] = [await createTask(client), await createTask(client)];
    await send(`/${one.id}/complete`, {}, { key: 'k' }).expect(200);
    const { status, body } = await send(`/${two.id}/complete`, {}, { key: 'k' });
    expect([status, body.code]).toEqual([422, 'idempotency_mismatch']);
    expect(await readTask(client, two.id)).toEqual(two);
  });

  it('P21 is refused at once while the first one is under way', async () => {
    await createTask(client);
    const blocker = new pg.Client({ connectionString: app.database.directUrl });
    await blocker.connect();
    await blocker.query('BEGIN');
    await blocker.query('LOCK TABLE task_counters');
    const first = send('', { title: 'Once' }, { key: 'k' }).then((answer) => answer);
    await eventually(async () => {
      const waiting = `SELECT FROM pg_locks WHERE NOT granted AND relation = 'task_counters'::regclass`;
      expect(await app.database.query(waiting)).toHaveLength(1);
    });
    const second = await send('', { title: 'Once' }, { key: 'k' });
    expect([second.status, second.body.code, second.headers['retry-after']]).toEqual([
      409,
      'idempotency_conflict',
      '1',
    ]);
    await blocker.query('COMMIT');
    await blocker.end();
    const { status, text } = await first;
    expect(status).toBe(201);
    const third = await send('', { title: 'Once' }, { key: 'k' });
    expect([third.status, third.text]).toEqual([201, text]);
  });

  it('is the same request by header and by body, in any order, with defaults or without', async () => {
    const first = await send('', { title: 'Once', tags: ['a'] }, { key: 'k' });
    const same = [
      { clientRequestId: 'k', tags: ['a'], title: 'Once' },
      { clientRequestId: 'k', tags: [' A '], title: ' Once ', priority: 3, status: 'pending' },
    ];
    for (const body of same) expect((await send('', body)).text).toBe(first.text);
    expect((await send('', same[0] ?? {}, { key: 'k' })).text).toBe(first.text);
  });

  it('is answered like the first one though If-Match no longer matches', async () => {
    const { id } = await createTask(client);
    const complete = () =>
      client.post(`/api/tasks/${id}/complete`).set('If-Match', '"1"').set('Idempotency-Key', 'k');
    const { text } = await complete().expect(200);
    expect((await complete().expect(200)).text).toBe(text);
  });

  it('is answered like the first one though its moment has passed', async () => {
    const { id } = await createTask(client);
    const snoozedUntil = inMinutes(5);
    const requests = [
      [`/${id}/snooze`, { until: snoozedUntil }],
      ['', { title: 'Later', status: 'snoozed', snoozedUntil }],
    ] as const;
    const first = [];
    for (const [path, body] of requests) first.push(await send(path, body, { key: 'k' }));
    const now = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 10 * 60_000);
    try {
      for (const [index, [path, body]] of requests.entries()) {
        expect((await send(path, body, { key: 'k' })).text).toBe(first[index]?.text);
        await send(path, body, { key: 'new' }).expect(400);
      }
    } finally {
      now.mockRestore();
    }
  });

  it('is answered like the first one though the task is gone', async () => {
    const first = await send('', { title: 'Once' }, { key: 'k' });
    await client.delete(`/api/tasks/${idOf(first)}`).expect(204);
    const second = await send('', { title: 'Once' }, { key: 'k' });
    expect([second.status, second.text]).toEqual([201, first.text]);
    expect(await titles()).toEqual([]);
  });

  it('is tried again when it failed, for nothing was changed', async () => {
    const { id } = await createTask(client, { status: 'completed' });
    const snooze = () => send(`/${id}/snooze`, { minutes: 5, expectedVersion: 2 }, { key: 'k' });
    expect((await snooze()).body.code).toBe('version_mismatch');
    await client.patch(`/api/tasks/${id}`).send({ title: 'Changed' }).expect(200);
    expect((await snooze()).body.code).toBe('task_completed');
    expect(
      await app.database.query('SELECT FROM idempotency_keys WHERE task_id = $1', [id]),
    ).toEqual([]);
    await send('/1000/complete', {}, { key: 'k' }).expect(404);
    await send(`/${id}/complete`, {}, { key: 'k' }).expect(200);
  });

  it.each(['', ' ', '\t', 'a\tb', 'ä', 'x'.repeat(256)])(
    'P21 is refused for the header %j',
    async (key) => {
      const { status, body } = await send('', { title: 'x' }, { key });
      expect([status, body.code, body.errors?.[0].path]).toEqual([
        400,
        'validation_failed',
        'Idempotency-Key',
      ]);
      expect(await titles()).toEqual([]);
    },
  );

  it.each(['', 'x'.repeat(256), 7, null, 'a\0b'])(
    'P21 is refused for the clientRequestId %j',
    async (clientRequestId) => {
      for (const path of ['', '/1/complete', '/1/reopen', '/1/snooze']) {
        const { status, body } = await send(path, { title: 'x', minutes: 5, clientRequestId });
        const paths = (body.errors as { path: string }[]).map((error) => error.path);
        expect([status, paths.includes('clientRequestId')]).toEqual([400, true]);
      }
      expect(await titles()).toEqual([]);
    },
  );

  it('P21 may have 255 characters, in either place', async () => {
    const key = 'x'.repeat(IDEMPOTENCY_KEY.schema.maxLength);
    const { text } = await send('', { title: 'Once' }, { key }).expect(201);
    expect((await send('', { title: 'Once', clientRequestId: key })).text).toBe(text);
    await send('', { title: 'Again', clientRequestId: '😀'.repeat(255) }).expect(201);
  });

  it('P21 is refused when header and body disagree', async () => {
    const { status, body } = await send('', { title: 'x', clientRequestId: 'a' }, { key: 'b' });
    expect([status, body.errors[0].path]).toEqual([400, 'clientRequestId']);
    expect(await titles()).toEqual([]);
  });

  it('means nothing to PATCH and DELETE, whose bodies have none', async () => {
    const { id } = await createTask(client);
    const patch = (title: string) =>
      client.patch(`/api/tasks/${id}`).set('Idempotency-Key', 'k').send({ title });
    await patch('One').expect(200);
    expect((await patch('Two').expect(200)).body.title).toBe('Two');
    for (const method of ['patch', 'delete'] as const) {
      const { status, body } = await client[method](`/api/tasks/${id}`).send({
        clientRequestId: 'k',
      });
      expect([status, body.errors[0].path]).toEqual([400, 'clientRequestId']);
    }
  });

  it('is forgotten with its user', async () => {
    const user = await signUp(app);
    await send('', { title: 'Secret' }, { key: 'k', by: as(app, user) }).expect(201);
    const keys = () =>
      app.database.query('SELECT FROM idempotency_keys WHERE user_id = $1', [user.user.id]);
    expect(await keys()).toHaveLength(1);
    await as(app, user).post('/api/users/me/delete').send({ password: user.password }).expect(204);
    expect(await keys()).toEqual([]);
  });

  it('does not pretend to be answered when its repetition cannot be recorded', async () => {
    await send('', { title: 'Once' }, { key: 'k' }).expect(201);
    const role = decodeURIComponent(new URL(app.database.url).username);
    await app.database.query(`REVOKE INSERT ON audit_logs FROM ${role}`);
    try {
      const { status, body, headers } = await send('', { title: 'Once' }, { key: 'k' });
      expect([status, body.code]).toEqual([503, 'audit_unavailable']);
      expect(headers).not.toMatchObject({ 'idempotent-replayed': expect.anything() });
      expect(headers).not.toMatchObject({ etag: expect.anything() });
    } finally {
      await app.database.query(`GRANT INSERT ON audit_logs TO ${role}`);
    }
  });

  it('costs two statements and a round trip more than one without a key', async () => {
    const { id } = await createTask(client);
    const log = StatementLog.start();
    try {
      for (const path of ['', `/${id}/snooze`]) {
        const body = path === '' ? { title: 'x' } : { minutes: 5 };
        const without = await log.during(() => send(path, body));
        const { cost, sent } = await log.during(() => send(path, body, { key: 'k' }));
        expect(cost.statements).toBe(without.cost.statements + 2);
        expect(cost.roundTrips).toBe(without.cost.roundTrips + 1);
        expect(cost).toEqual({ statements: 4, roundTrips: 2, commits: 1 });
        expect(sent.filter(({ isPrepared }) => isPrepared === IS_POOLED)).toEqual([]);
      }
    } finally {
      log.stop();
    }
  });
});
