import { request } from 'node:http';
import { type AddressInfo, type Socket } from 'node:net';
import { type Readable } from 'node:stream';
import { jest } from '@jest/globals';
import { Database } from '../src/database/database.js';
import { ExportService } from '../src/users/export/export.service.js';
import { createApiKey } from './support/api-keys.js';
import { lockAuditLogs } from './support/audit-lock.js';
import { eventually } from './support/eventually.js';
import { type Download, startDownload, textOf } from './support/export-download.js';
import { as, signUp, type TestUser } from './support/factories.js';
import { createTask, inMinutes } from './support/tasks.js';
import { TestApp } from './support/test-app.js';

const MANY = 100_000;
const PAGE = 1000;
/** The SQLSTATE of what a missing grant forbids. */
const FORBIDDEN = '42501';

describe('the export of everything about a user', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await TestApp.start({ provoked: [FORBIDDEN] });
  });
  afterAll(() => app.stop());

  /** A user with something in every table. */
  async function aBusyUser(): Promise<TestUser> {
    const user = await signUp(app, { fullName: 'Ada "the first" \u{1F469}' });
    const client = as(app, user);
    for (let index = 0; index < 12; index++) {
      await createTask(client, {
        title: `Task "${String(index)}" \\ \u{1F600}`,
        priority: 1 + Math.floor(Math.random() * 5),
        ...(index % 2 && {
          dueDate: inMinutes(index * 100),
          tags: ['home', `tag ${String(index)}`],
        }),
        ...(index % 3 && { description: 'line\nline', effortEstimateMinutes: 30 + index }),
      });
    }
    await client.post('/api/tasks/2/complete').expect(200);
    await client.post('/api/tasks/3/snooze').send({ minutes: 60 }).expect(200);
    await client.delete('/api/tasks/4').expect(204);
    await client.get('/api/tasks/999').expect(404);
    await client.patch('/api/preferences').send({ timezone: 'Asia/Tokyo' }).expect(200);
    await app.http.post('/api/auth/login').send({ email: user.email, password: user.password });
    await app.http.post('/api/auth/login').send({ email: user.email, password: 'a wrong one' });
    await createApiKey(client, ['tasks:read'], new Date('2100-01-01'));
    for (const key of ['a', 'b']) {
      await client
        .post('/api/tasks')
        .set('Idempotency-Key', key)
        .send({ title: `Once "${key}"` })
        .expect(201);
    }
    await app.database.query(
      `INSERT INTO external_identities (issuer, subject, user_id)
       SELECT 'https://issuer' || n || '.example', n || $1::text, $1::uuid FROM generate_series(1, 3) n`,
      [user.user.id],
    );
    return user;
  }

  const rows = (text: string, userId: string) => app.database.query(text, [userId]);

  /** The same from the tables, by other means. */
  async function expected({ user, bearer }: TestUser, arrivedAt: string) {
    const client = as(app, { bearer });
    const [preferences] = await rows(
      `SELECT weight_urgency AS "weightUrgency", weight_priority AS "weightPriority", weight_impact AS "weightImpact",
         weight_effort AS "weightEffort", timezone, left(work_start_time::text, 5) AS "workStartTime",
         left(work_end_time::text, 5) AS "workEndTime", work_days AS "workDays",
         enable_habit_learning AS "enableHabitLearning", updated_at AS "updatedAt"
       FROM user_preferences WHERE user_id = $1`,
      user.id,
    );
    return asJson({
      exportedAt: arrivedAt,
      profile: user,
      preferences,
      habits: (await client.get('/api/preferences/habits')).body as object,
      tasks: await rows(
        `SELECT id, number, user_id AS "userId", title, description,
           CASE WHEN snoozed_until > now() THEN 'snoozed' ELSE status END AS status,
           status = 'completed' AS "isCompleted", priority, impact, due_date AS "dueDate",
           snoozed_until AS "snoozedUntil", effort_estimate_minutes AS "effortEstimateMinutes", tags, version,
           created_at AS "createdAt", updated_at AS "updatedAt", completed_at AS "completedAt"
         FROM tasks WHERE user_id = $1 ORDER BY number`,
        user.id,
      ),
      sessions: await rows(
        `SELECT id, created_at AS "createdAt", last_used_at AS "lastUsedAt", expires_at AS "expiresAt",
           revoked_at AS "revokedAt", client
         FROM sessions WHERE user_id = $1 ORDER BY id`,
        user.id,
      ),
      apiKeys: await rows(
        `SELECT id, name, scopes, created_at AS "createdAt", expires_at AS "expiresAt",
           last_used_at AS "lastUsedAt"
         FROM api_keys WHERE user_id = $1 ORDER BY id`,
        user.id,
      ),
      externalIdentities: await rows(
        `SELECT issuer, subject, created_at AS "createdAt" FROM external_identities
         WHERE user_id = $1 ORDER BY issuer, subject`,
        user.id,
      ),
      passwordAttempts: await rows(
        `SELECT source, failures, failed_at AS "failedAt", succeeded_at AS "succeededAt"
         FROM password_attempts WHERE user_id = $1 ORDER BY source`,
        user.id,
      ),
      idempotencyKeys: await rows(
        `SELECT operation, key, task_id AS "taskId", answer, expires_at AS "expiresAt"
         FROM idempotency_keys WHERE user_id = $1 ORDER BY operation, key`,
        user.id,
      ),
      auditLogs: await rows(
        `SELECT id, timestamp, user_id AS "userId", action, resource_id AS "resourceId", result,
           error_message AS "errorMessage", round(request_duration_ms::numeric, 3)::float8 AS "requestDurationMs", trace_id AS "traceId",
           method, route, status_code AS "statusCode", client, details, count
         FROM audit_logs WHERE user_id = $1 AND timestamp <= '${arrivedAt}' ORDER BY timestamp DESC, id DESC`,
        user.id,
      ),
    });
  }

  it('Z03 is exactly what the tables have of the user, and of nobody else', async () => {
    const users = [await aBusyUser(), await aBusyUser()];
    for (const user of users) {
      const { status, headers, body } = await as(app, user).get('/api/users/me/export');
      expect(status).toBe(200);
      expect(headers['content-type']).toBe('application/json; charset=utf-8');
      expect(headers['content-disposition']).toBe('attachment; filename="mindflow-export.json"');
      expect(headers['cache-control']).toBe('no-store');
      expect(body).toEqual(await expected(user, body.exportedAt as string));
      expect(body.tasks).toHaveLength(13);
      expect(body.auditLogs[0]).toMatchObject({
        id: headers['x-request-id'],
        userId: user.user.id,
        action: 'EXPORT_CURRENT_USER',
        result: 'success',
        statusCode: 200,
        details: null,
      });
    }
  }, 20_000);

  it('has a part for every table that has something of a user', async () => {
    const tables = await app.database.query<{ name: string }>(
      `SELECT table_name AS name FROM information_schema.columns
       WHERE table_schema = 'public' AND column_name = 'user_id' AND table_name !~ '^audit_logs_'`,
    );
    const { body } = await as(app, await signUp(app)).get('/api/users/me/export');
    const parts: Record<string, string> = {
      sessions: 'sessions',
      api_keys: 'apiKeys',
      tasks: 'tasks',
      // The last number given; it shows in the tasks.
      task_counters: 'tasks',
      user_preferences: 'preferences',
      external_identities: 'externalIdentities',
      password_attempts: 'passwordAttempts',
      idempotency_keys: 'idempotencyKeys',
      audit_logs: 'auditLogs',
    };
    for (const { name } of tables) {
      expect([name, Object.keys(body as object)]).toEqual([
        name,
        expect.arrayContaining([parts[name]]),
      ]);
    }
  });

  it('never has a hash, of a password or of a key', async () => {
    const user = await aBusyUser();
    const { text } = await as(app, user).get('/api/users/me/export');
    const [stored] = await app.database.query<{ password: string; key: string }>(
      `SELECT u.password_hash AS password, encode(k.key_hash, 'hex') AS key
       FROM users u JOIN api_keys k ON k.user_id = u.id WHERE u.id = $1`,
      [user.user.id],
    );
    expect(text).not.toContain(stored?.password);
    expect(text).not.toContain(stored?.key);
    expect(text).not.toContain('argon2');
  });

  it('may be asked for with HEAD, again and again', async () => {
    const client = as(app, await signUp(app));
    for (let count = 0; count < 3; count++) await client.head('/api/users/me/export').expect(200);
    await client.get('/api/users/me/export').expect(200);
  });

  it('G1 sends nothing before its audit row is stored, and leaves nothing behind without one', async () => {
    const user = await signUp(app);
    await as(app, user).get('/api/users/me').expect(200);
    const unlock = await lockAuditLogs(app);
    const { status, body, headers } = await as(app, user).get('/api/users/me/export');
    await unlock();
    expect([status, body.code]).toEqual([503, 'audit_unavailable']);
    expect(headers['content-disposition']).toBeUndefined();
    expect(headers['content-type']).toContain('problem+json');
    await as(app, user).get('/api/users/me/export').expect(200);
  });

  it('is given up when the client goes away before the answer', async () => {
    const user = await signUp(app);
    await as(app, user).get('/api/users/me').expect(200);
    const unlock = await lockAuditLogs(app);
    const opened = jest.spyOn(app.nest.get(ExportService), 'open');
    const { port } = app.nest.getHttpServer().address() as AddressInfo;
    const headers = { Authorization: user.bearer };
    const asked = request({ port, path: '/api/users/me/export', headers, agent: false });
    asked.on('error', () => undefined);
    asked.end();
    await eventually(() => {
      expect(opened).toHaveBeenCalled();
    });
    asked.destroy();
    const document = await (opened.mock.results[0]?.value as Promise<Readable>);
    await eventually(() => {
      expect(document.destroyed).toBe(true);
    });
    await unlock();
    await as(app, user).get('/api/users/me/export').expect(200);
  });

  describe('of 100,000 tasks', () => {
    let user: TestUser;
    let pages: () => number;
    beforeAll(async () => {
      user = await signUp(app);
      await app.database.query(
        `INSERT INTO tasks (user_id, id, number, title, description)
         SELECT $1, gen_random_uuid(), n, 'Task ' || n, repeat('x', 100) FROM generate_series(1, ${String(MANY)}) n`,
        [user.user.id],
      );
      const queries = jest.spyOn(app.nest.get(Database), 'query');
      pages = () => queries.mock.calls.filter(([text]) => text.includes('t.number > $2')).length;
    }, 120_000);

    /** A download of which nothing is read, once the server has stopped reading ahead. */
    const stalledDownload = async (): Promise<{ download: Download; read: number }> => {
      const before = pages();
      const download = await startDownload(app, user);
      let [read, unchanged] = [0, 0];
      await eventually(() => {
        const last = read;
        read = pages() - before;
        unchanged = read === last ? unchanged + 1 : 0;
        expect(read > 0 && unchanged >= 10).toBe(true);
      }, 20_000);
      expect(read).toBeLessThan(MANY / PAGE / 2);
      return { download, read };
    };

    /** Once the user may ask for another. */
    const isFree = () => eventually(() => as(app, user).head('/api/users/me/export').expect(200));

    it('is read in one statement for each thousand, and no further than the client takes it', async () => {
      const before = pages();
      const { download } = await stalledDownload();
      const { tasks } = JSON.parse(await textOf(download)) as { tasks: { number: number }[] };
      expect(tasks.map(({ number }) => number)).toEqual([...Array(MANY).keys()].map((n) => n + 1));
      expect(pages() - before).toBe(MANY / PAGE + 1);
    }, 60_000);

    it('holds no connection of the pool while the client does not read', async () => {
      const single = await TestApp.start({
        database: app.database,
        settings: { DATABASE_POOL_SIZE: 1 },
      });
      const download = await startDownload(single, user);
      await as(single, user).get('/api/tasks/1').expect(200);
      await as(single, user).patch('/api/tasks/1').send({ priority: 4 }).expect(200);
      download.request.destroy();
      await single.stop();
    }, 60_000);

    it('runs once at a time for each user', async () => {
      const { download } = await stalledDownload();
      const second = await as(app, user).get('/api/users/me/export');
      expect([second.status, second.body.code]).toEqual([429, 'rate_limited']);
      expect(second.headers['retry-after']).toBe('5');
      await as(app, await signUp(app))
        .get('/api/users/me/export')
        .expect(200);
      await textOf(download);
      await as(app, user).head('/api/users/me/export').expect(200);
    }, 60_000);

    it('is given up when the client goes away, with all that it held', async () => {
      const { download, read } = await stalledDownload();
      const before = pages() - read;
      download.request.destroy();
      await isFree();
      expect(pages() - before).toBeLessThanOrEqual(read + 1);
    }, 60_000);

    it('is cut off when the client takes nothing for half a minute', async () => {
      const sockets: Socket[] = [];
      app.nest.getHttpServer().once('connection', (socket: Socket) => sockets.push(socket));
      const { download } = await stalledDownload();
      expect(sockets[0]?.timeout).toBe(30_000);
      sockets[0]?.emit('timeout');
      await expect(textOf(download)).rejects.toThrow('aborted');
      await isFree();
    }, 60_000);

    it('breaks off visibly when it cannot be read to the end', async () => {
      const { download } = await stalledDownload();
      const role = new URL(app.database.url).username;
      await app.database.query(`REVOKE SELECT ON tasks FROM ${role}`);
      await expect(textOf(download)).rejects.toThrow('aborted');
      await app.database.query(`GRANT SELECT ON tasks TO ${role}`);
      await isFree();
    }, 60_000);
  });
});

/** As a client reads it. */
function asJson(value: object): unknown {
  return JSON.parse(JSON.stringify(value));
}
