import { HttpClient } from './faults/http-client.js';
import { isSuccess } from './faults/ledger.js';
import { Load } from './faults/load.js';
import { eventually } from './support/eventually.js';
import { childrenOf } from './support/processes.js';
import { Program } from './support/program.js';
import { TestDatabase } from './support/test-database.js';

const PATIENTLY_MS = 120_000;
const CONNECTIONS = 8;
const CREDENTIALS = { email: 'ada@example.com', password: 'correct horse battery staple' };

describe('two workers behind one port', () => {
  let database: TestDatabase;
  let program: Program;
  beforeAll(async () => {
    database = await TestDatabase.create({ migrated: false });
    program = await Program.start({
      SECRET_KEY: 'a secret that only the tests know, long enough',
      DATABASE_URL: database.directUrl,
      DATABASE_WAIT_SECONDS: '10',
      WEB_CONCURRENCY: '2',
      RATE_LIMIT_PER_MINUTE: '0',
      AUTH_RATE_LIMIT_PER_MINUTE: '0',
    });
  });
  afterAll(async () => {
    await program.stop('SIGKILL');
    await database.drop();
  });

  it(
    'F17 migrate once, and make the partitions once',
    async () => {
      await eventually(() => {
        expect(logged('database connected')).toHaveLength(2);
      }, PATIENTLY_MS);
      expect(logged('schema migrated')).toHaveLength(1);
      await eventually(() => {
        expect(logged('audit partitions changed')).toHaveLength(1);
      });
    },
    PATIENTLY_MS,
  );

  it(
    'F17 A09 both refuse a session within five seconds of its end',
    async () => {
      const clients = Array.from({ length: CONNECTIONS }, () => new HttpClient(program.url));
      const [first] = clients as [HttpClient];
      const ask = (client: HttpClient, path: string, body: object) =>
        client.send({ method: 'POST', path, body });
      const registered = await ask(first, '/api/auth/register', CREDENTIALS);
      const { accessToken, refreshToken } = registered.body as Record<string, string>;
      const statuses = () =>
        Promise.all(
          clients.map(async (client) => {
            const headers = { Authorization: `Bearer ${accessToken ?? ''}` };
            const { status } = await client.send({ method: 'GET', path: '/api/users/me', headers });
            return status;
          }),
        );
      expect(await statuses()).toEqual(clients.map(() => 200));
      await ask(first, '/api/auth/logout', { refreshToken });
      await eventually(async () => {
        expect(await statuses()).toEqual(clients.map(() => 401));
      }, 5000);
      for (const client of clients) client.close();
    },
    PATIENTLY_MS,
  );

  it(
    'F17 let a user ask for no more than the limit, whichever of them is asked',
    async () => {
      const limited = await Program.start({
        SECRET_KEY: 'a secret that only the tests know, long enough',
        DATABASE_URL: database.directUrl,
        WEB_CONCURRENCY: '2',
        RATE_LIMIT_PER_MINUTE: '10',
      });
      try {
        await eventually(() => {
          expect(logged('database connected', limited)).toHaveLength(2);
        }, PATIENTLY_MS);
        const clients = Array.from({ length: CONNECTIONS }, () => new HttpClient(limited.url));
        const [first] = clients as [HttpClient];
        const registered = await first.send({
          method: 'POST',
          path: '/api/auth/register',
          body: { ...CREDENTIALS, email: 'grace@example.com' },
        });
        const { accessToken } = registered.body as Record<string, string>;
        const statuses: number[] = [];
        for (const client of [...clients, ...clients]) {
          const headers = { Authorization: `Bearer ${accessToken ?? ''}` };
          const { status } = await client.send({ method: 'GET', path: '/api/users/me', headers });
          statuses.push(status);
        }
        expect(statuses).toEqual([...Array<number>(10).fill(200), ...Array<number>(6).fill(429)]);
        for (const client of clients) client.close();
      } finally {
        await limited.stop('SIGKILL');
      }
    },
    PATIENTLY_MS,
  );

  it(
    'show what both have counted, whichever is asked',
    async () => {
      const count = async () => {
        const response = await fetch(`${program.url}/metrics`, {
          headers: { Connection: 'close' },
        });
        const [, text] =
          /^mindflow_request_duration_seconds_count\{action="GET_LIVENESS",status="200"\} (\d+)$/m.exec(
            await response.text(),
          ) ?? [];
        return Number(text ?? 0);
      };
      const clients = Array.from({ length: CONNECTIONS }, () => new HttpClient(program.url));
      for (const client of clients) await client.send({ method: 'GET', path: '/health/live' });
      for (const client of clients) client.close();
      expect([await count(), await count(), await count()]).toEqual(Array(3).fill(CONNECTIONS));
    },
    PATIENTLY_MS,
  );

  it(
    'are replaced one by one on SIGHUP, while no request is refused or lost',
    async () => {
      const before = await childrenOf(program.pid);
      const load = await Load.start(program.url);
      await load.succeed(100);
      program.signal('SIGHUP');
      await eventually(() => {
        expect(logged('workers replaced')).toHaveLength(1);
      }, PATIENTLY_MS);
      await load.succeed(100);
      const { entries } = await load.stop();
      const after = await childrenOf(program.pid);
      expect(entries.filter((entry) => !isSuccess(entry))).toEqual([]);
      expect(after).toHaveLength(2);
      expect(after.filter((pid) => before.includes(pid))).toEqual([]);
    },
    PATIENTLY_MS,
  );

  it(
    'stay when their successor does not get ready',
    async () => {
      const before = await childrenOf(program.pid);
      await database.query(`ALTER TABLE migrations RENAME TO hidden`);
      await database.query('CREATE TABLE migrations ()');
      program.signal('SIGHUP');
      await eventually(() => {
        expect(logged('a new worker did not get ready: the others stay')).toHaveLength(1);
      }, PATIENTLY_MS);
      await eventually(async () => {
        expect((await childrenOf(program.pid)).sort()).toEqual(before.sort());
      });
    },
    PATIENTLY_MS,
  );

  function logged(message: string, by = program): string[] {
    const lines = by.stdout.join('').split('\n');
    return lines.filter((line) => line.includes(`"msg":"${message}"`));
  }
});
