import { ExpiredKeys } from '../src/tasks/idempotency/expired-keys.js';
import { signUp } from './support/factories.js';
import { TestApp } from './support/test-app.js';

describe('expired idempotency keys', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await TestApp.start({ provoked: ['42P01'] });
  });
  afterAll(() => app.stop());

  async function addKeys(userId: string, count: number, expiresAt: string): Promise<void> {
    await app.database.query(
      `INSERT INTO idempotency_keys (user_id, operation, key, fingerprint, task_id, task_version, answer, expires_at)
       SELECT $1, 'createTask', gen_random_uuid(), '', gen_random_uuid(), 1, '{}', ${expiresAt}
       FROM generate_series(1, $2)`,
      [userId, count],
    );
  }

  const keys = () =>
    app.database.query<{ live: boolean; count: number }>(
      `SELECT expires_at > now() AS live, count(*)::int FROM idempotency_keys GROUP BY 1`,
    );

  it('are removed however many there are, and no others', async () => {
    const { user } = await signUp(app);
    await addKeys(user.id, 2500, `now() - interval '1 second'`);
    await addKeys(user.id, 3, `now() + interval '1 minute'`);
    await app.nest.get(ExpiredKeys).remove();
    expect(await keys()).toEqual([{ live: true, count: 3 }]);
  });

  it('stop nobody when they cannot be removed', async () => {
    await app.database.query('ALTER TABLE idempotency_keys RENAME TO mislaid');
    await app.nest.get(ExpiredKeys).remove();
    await app.database.query('ALTER TABLE mislaid RENAME TO idempotency_keys');
    expect(await keys()).toEqual([{ live: true, count: 3 }]);
  });

  it('are found by an index', async () => {
    await app.database.query('SET enable_seqscan = off');
    const plan = await app.database.query(
      'EXPLAIN SELECT FROM idempotency_keys WHERE expires_at <= now() ORDER BY expires_at LIMIT 1000',
    );
    expect(JSON.stringify(plan)).toContain('idempotency_keys_expires_at_idx');
  });
});
