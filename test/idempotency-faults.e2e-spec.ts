import { randomUUID } from 'node:crypto';
import { eventually } from './support/eventually.js';
import { as, signUp } from './support/factories.js';
import { Program } from './support/program.js';
import { TcpProxy } from './support/tcp-proxy.js';
import { TestApp } from './support/test-app.js';
import { TestDatabase } from './support/test-database.js';

const READY_WITHIN_MS = 20_000;
const PATIENTLY_MS = 60_000;

describe('a request with a key whose answer was lost', () => {
  let database: TestDatabase;
  let proxy: TcpProxy;
  beforeAll(async () => {
    database = await TestDatabase.create();
    proxy = await TcpProxy.before(database.url);
  });
  afterAll(async () => {
    await proxy.stop();
    await database.drop();
  });

  const tasksCalled = (title: string) =>
    database.query('SELECT id FROM tasks WHERE title = $1', [title]);

  describe('between the application and PostgreSQL', () => {
    let app: TestApp;
    let client: ReturnType<typeof as>;
    beforeAll(async () => {
      app = await TestApp.start({ database, settings: { DATABASE_URL: proxy.url } });
      client = as(app, await signUp(app));
    });
    afterAll(() => app.stop());

    const create = (title: string) =>
      client.post('/api/tasks').set('Idempotency-Key', title).send({ title });

    it('F05 gets the first answer when it was lost after COMMIT, and there is one task', async () => {
      proxy.loseNextCommit('answer');
      const first = await create('Stored');
      expect([first.status, first.body.code]).toEqual([503, 'outcome_unknown']);
      const second = await create('Stored');
      expect(second.status).toBe(201);
      expect(second.headers['idempotent-replayed']).toBe('true');
      expect(await tasksCalled('Stored')).toEqual([{ id: second.body.id }]);
    });

    it('F05 is done when COMMIT itself was lost, and there is one task', async () => {
      proxy.loseNextCommit('commit');
      const first = await create('Lost');
      expect([first.status, first.body.code]).toEqual([503, 'outcome_unknown']);
      // The backend of the first one may not have noticed yet, and keeps the key until then.
      const second = await eventually(async () => {
        const answer = await create('Lost');
        expect(answer.status).toBe(201);
        return answer;
      });
      expect(second.headers['idempotent-replayed']).toBeUndefined();
      expect(await tasksCalled('Lost')).toEqual([{ id: second.body.id }]);
    });
  });

  describe('because the program was killed', () => {
    const variables = () => ({
      DATABASE_URL: proxy.url,
      DATABASE_DIRECT_URL: database.directUrl,
      SECRET_KEY: 'a secret that only the tests know, long enough',
      LOG_LEVEL: 'silent',
    });
    const started: Program[] = [];
    const start = async () => {
      const program = await Program.start(variables());
      started.push(program);
      await eventually(async () => {
        expect(await program.status('/health')).toBe(200);
      }, READY_WITHIN_MS);
      return program;
    };
    afterEach(() => Promise.all(started.splice(0).map((program) => program.stop('SIGKILL'))));

    /** Patiently: on a busy machine the first requests may be answered 503. */
    function register({ url }: Program): Promise<string> {
      const body = JSON.stringify({ email: `${randomUUID()}@example.com`, password: randomUUID() });
      return eventually(async () => {
        const response = await fetch(`${url}/api/auth/register`, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body,
        });
        expect(response.status).toBe(201);
        return ((await response.json()) as { accessToken: string }).accessToken;
      }, READY_WITHIN_MS);
    }

    function create(program: Program, token: string, title: string): Promise<Response> {
      return fetch(`${program.url}/api/tasks`, {
        method: 'POST',
        headers: {
          Authorization: `Bearer ${token}`,
          'Content-Type': 'application/json',
          'Idempotency-Key': title,
        },
        body: JSON.stringify({ title }),
      });
    }

    it.each([
      ['after COMMIT gets the first answer', 'answered', 'true'],
      ['before COMMIT is done', 'arriving', null],
    ] as const)(
      'P21 %s after the crash, and there is one task',
      async (title, stage, replayed) => {
        const killed = await start();
        const token = await register(killed);
        proxy.breakOn('COMMIT\0', stage, () => {
          killed.signal('SIGKILL');
        });
        await expect(create(killed, token, title)).rejects.toThrow('fetch failed');
        expect(await killed.ended).toBe('SIGKILL');

        const restarted = await start();
        const response = await eventually(async () => {
          const answer = await create(restarted, token, title);
          expect(answer.status).toBe(201);
          return answer;
        }, READY_WITHIN_MS);
        expect(response.headers.get('Idempotent-Replayed')).toBe(replayed);
        const { id } = (await response.json()) as { id: string };
        expect(response.headers.get('Location')).toBe(`/api/tasks/${id}`);
        expect(await tasksCalled(title)).toEqual([{ id }]);
        expect(
          await database.query(
            `SELECT FROM audit_logs WHERE action = 'CREATE_TASK' AND resource_id = $1
               AND details->'replayed' IS NULL`,
            [id],
          ),
        ).toHaveLength(1);
      },
      PATIENTLY_MS,
    );
  });
});
