import { jest } from '@jest/globals';
import { FLOOD_THRESHOLD } from '../src/audit/floods.js';
import { eventually } from './support/eventually.js';
import { signUp } from './support/factories.js';
import { TestApp } from './support/test-app.js';

const REQUESTS = 400;
const PATIENTLY_MS = 20_000;

interface Row {
  id: string;
  second: string;
  client: string;
  count: number;
  status_code: number;
  details: { statuses: Record<string, number> } | null;
}

jest.setTimeout(40_000);

describe('a flood of refusals', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await TestApp.start({ provoked: ['42501'] });
  });
  afterAll(() => app.stop());

  it('shares one row per address, route and second beyond the threshold, with their number', async () => {
    let asked = 0;
    let rows: Row[] = [];
    await eventually(async () => {
      expect(await flood(app, '/api/tasks')).toEqual(new Set([401]));
      asked += REQUESTS;
      await eventually(async () => {
        rows = await rowsOf('LIST_TASKS');
        expect(sum(rows)).toBe(asked);
      });
      expect(rows.length).toBeLessThan(asked);
    }, PATIENTLY_MS);
    const shared = rows.filter(({ details }) => details !== null);
    const seconds = new Set(rows.map(({ second }) => second));
    expect(new Set(shared.map(({ second }) => second)).size).toBe(shared.length);
    expect(rows.length - shared.length).toBeLessThanOrEqual((seconds.size + 1) * FLOOD_THRESHOLD);
    for (const { count, client, details, status_code: status } of shared) {
      expect(client).not.toContain(' ');
      expect([status, details]).toEqual([401, { statuses: { 401: count } }]);
    }
  });

  it('never shares the rows of a signed-in user, nor those of successes', async () => {
    const { bearer } = await signUp(app);
    await flood(app, '/api/tasks/0', { Authorization: bearer });
    await flood(app, '/api/users/me', { Authorization: bearer });
    for (const action of ['GET_TASK', 'GET_CURRENT_USER']) {
      const rows = await rowsOf(action);
      expect([rows.length, sum(rows)]).toEqual([REQUESTS, REQUESTS]);
    }
  });

  it('is counted to the last one when the process stops', async () => {
    const stopping = await TestApp.start({ database: app.database });
    await flood(stopping, '/api/preferences');
    await stopping.stop();
    expect(sum(await rowsOf('GET_PREFERENCES'))).toBe(REQUESTS);
  });

  it('is refused like everything else while its row cannot be stored, and counted once it can', async () => {
    const role = decodeURIComponent(new URL(app.database.url).username);
    await flood(app, '/api/tasks/best');
    await app.database.query(`REVOKE INSERT ON audit_logs FROM ${role}`);
    await eventually(async () => {
      expect(await flood(app, '/api/tasks/best')).toEqual(new Set([503]));
    }, PATIENTLY_MS);
    await app.database.query(`GRANT INSERT ON audit_logs TO ${role}`);
    await eventually(async () => {
      expect(sum(await rowsOf('GET_BEST_TASK'))).toBeGreaterThanOrEqual(REQUESTS);
      expect((await app.http.get('/api/tasks/best')).status).toBe(401);
    });
  });

  /** Asks as fast as one client can, and returns the statuses of the answers. */
  async function flood(
    { nest }: TestApp,
    path: string,
    headers: Record<string, string> = {},
  ): Promise<Set<number>> {
    const url = `${await nest.getUrl()}${path}`;
    const ask = async () => {
      const response = await fetch(url, { headers });
      await response.arrayBuffer();
      return response.status;
    };
    return new Set(await Promise.all(Array.from({ length: REQUESTS }, ask)));
  }

  function rowsOf(action: string): Promise<Row[]> {
    return app.database.query<Row>(
      `SELECT id, date_trunc('second', timestamp)::text AS second, client, count, status_code, details
       FROM audit_logs WHERE action = $1`,
      [action],
    );
  }
});

function sum(rows: Row[]): number {
  return rows.reduce((total, { count }) => total + count, 0);
}
