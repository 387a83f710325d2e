import { randomUUID } from 'node:crypto';
import { TestDatabase } from './support/test-database.js';

describe('a row written by plain SQL', () => {
  let database: TestDatabase;
  let user: string;
  beforeAll(async () => {
    database = await TestDatabase.create();
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    user = await createUser();
  });

  it.each(['users', 'user_preferences', 'tasks'])(
    'of %s is created and updated at the same moment, and updated later by a change only',
    async (table) => {
      await createTask();
      const [created] = await times(table);
      expect(created?.updated_at).toEqual(created?.created_at);
      await database.query(`UPDATE ${table} SET updated_at = updated_at`);
      expect(await times(table)).toEqual([created]);
      await database.query(`UPDATE ${table} SET ${CHANGE[table] ?? ''}`);
      const [changed] = await times(table);
      expect(changed?.created_at).toEqual(created?.created_at);
      expect(Number(changed?.updated_at)).toBeGreaterThan(Number(created?.updated_at));
    },
  );

  it('is not updated by a request that only leaves its mark', async () => {
    await createTask();
    const [created] = await times('tasks');
    await database.query('UPDATE tasks SET last_request_id = $1', [randomUUID()]);
    expect(await times('tasks')).toEqual([created]);
    await database.query('UPDATE tasks SET last_request_id = $1, version = version + 1', [
      randomUUID(),
    ]);
    const [changed] = await times('tasks');
    expect(Number(changed?.updated_at)).toBeGreaterThan(Number(created?.updated_at));
  });

  it('cannot choose its updated_at', async () => {
    await database.query(`UPDATE users SET updated_at = '2001-01-01' WHERE id = $1`, [user]);
    const [row] = await times('users');
    expect(row?.updated_at.getFullYear()).toBeGreaterThan(2001);
  });

  it('gets the next number of its owner, never one that was used before', async () => {
    for (let n = 0; n < 4; n++) await createTask();
    await database.query('DELETE FROM tasks WHERE user_id = $1 AND number > 2', [user]);
    await createTask();
    expect(await numbers(user)).toEqual([1, 2, 5]);
  });

  it('keeps the number it brings', async () => {
    await createTask({ number: 17 });
    expect(await numbers(user)).toEqual([17]);
  });

  it('gets numbers without gaps or repetitions from concurrent writers', async () => {
    await Promise.all(Array.from({ length: 40 }, () => createTask()));
    expect(await numbers(user)).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
  });

  it('gets a number of its new owner when it changes hands', async () => {
    const heir = await createUser();
    await createTask();
    await createTask();
    await database.query('UPDATE tasks SET user_id = $2 WHERE user_id = $1 AND number = 2', [
      user,
      heir,
    ]);
    expect(await numbers(user)).toEqual([1]);
    expect(await numbers(heir)).toEqual([1]);
    await createTask();
    expect(await numbers(user)).toEqual([1, 3]);
  });

  it('knows when it was completed, and forgets it when it is open again', async () => {
    await createTask();
    const completedAt = async (status: string) => {
      const [row] = await database.query<{ completed_at: Date | null }>(
        'UPDATE tasks SET status = $2 WHERE user_id = $1 RETURNING completed_at',
        [user, status],
      );
      return row?.completed_at;
    };
    const first = await completedAt('completed');
    expect(first).toBeInstanceOf(Date);
    expect(await completedAt('completed')).toEqual(first);
    expect(await completedAt('pending')).toBeNull();
    expect(await completedAt('in_progress')).toBeNull();
  });

  it('may be completed from the start', async () => {
    await createTask({ status: 'completed' });
    const [row] = await database.query(
      'SELECT completed_at = created_at AS equal FROM tasks WHERE user_id = $1',
      [user],
    );
    expect(row).toEqual({ equal: true });
  });

  it('of users brings its preferences, and takes everything of the user along when it goes', async () => {
    await createTask();
    const rows = async () => {
      const [count] = await database.query(
        `SELECT (SELECT count(*)::int FROM user_preferences WHERE user_id = $1) AS preferences,
                (SELECT count(*)::int FROM tasks WHERE user_id = $1) AS tasks,
                (SELECT count(*)::int FROM task_counters WHERE user_id = $1) AS counters`,
        [user],
      );
      return count;
    };
    expect(await rows()).toEqual({ preferences: 1, tasks: 1, counters: 1 });
    await database.query('DELETE FROM users WHERE id = $1', [user]);
    expect(await rows()).toEqual({ preferences: 0, tasks: 0, counters: 0 });
  });

  it('takes every tag that is one to fifty characters long, and up to twenty of them', async () => {
    const tags = 'abcdefghijklmnopqrs'.split('').concat('🦄'.repeat(50));
    await createTask({ tags });
    expect(await database.query('SELECT tags FROM tasks WHERE user_id = $1', [user])).toEqual([
      { tags },
    ]);
  });

  const CHANGE: Record<string, string> = {
    users: `full_name = 'Changed'`,
    user_preferences: 'enable_habit_learning = false',
    tasks: `title = 'Changed'`,
  };

  function times(table: string): Promise<{ created_at: Date; updated_at: Date }[]> {
    const key = table === 'users' ? 'id' : 'user_id';
    return database.query(`SELECT created_at, updated_at FROM ${table} WHERE ${key} = $1`, [user]);
  }

  async function createUser(): Promise<string> {
    const id = randomUUID();
    await database.query('INSERT INTO users (id, email) VALUES ($1, $2)', [
      id,
      `${id}@example.com`,
    ]);
    return id;
  }

  async function createTask(columns: Record<string, unknown> = {}): Promise<void> {
    const row = { user_id: user, id: randomUUID(), title: 'Task', ...columns };
    const places = Object.keys(row).map((_, index) => `$${String(index + 1)}`);
    await database.query(
      `INSERT INTO tasks (${Object.keys(row).join(', ')}) VALUES (${places.join(', ')})`,
      Object.values(row),
    );
  }

  async function numbers(owner: string): Promise<number[]> {
    const rows = await database.query<{ number: number }>(
      'SELECT number FROM tasks WHERE user_id = $1 ORDER BY number',
      [owner],
    );
    return rows.map(({ number }) => number);
  }
});
