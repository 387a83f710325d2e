import { randomUUID } from 'node:crypto';
import { auditRow } from '../src/audit/audit-row.js';
import { Committer } from '../src/audit/committer.js';
import { Database } from '../src/database/database.js';
import { DatabaseUnavailableError, OutcomeUnknownError } from '../src/database/database-errors.js';
import { RejectedStatements } from '../src/database/rejected-statements.js';
import { type Transaction } from '../src/database/transaction.js';
import { aContext } from './support/contexts.js';
import { eventually } from './support/eventually.js';
import { StatementLog } from './support/statement-log.js';
import { TestApp } from './support/test-app.js';
import { TcpProxy } from './support/tcp-proxy.js';
import { TestDatabase } from './support/test-database.js';

const PATIENTLY_MS = 5000;

describe('a transaction', () => {
  let database: TestDatabase;
  let proxy: TcpProxy;
  let app: TestApp;
  let db: Database;
  beforeAll(async () => {
    database = await TestDatabase.create();
    proxy = await TcpProxy.before(database.url);
    app = await TestApp.start({
      database,
      settings: { DATABASE_URL: proxy.url },
      provoked: ['22012', '42501'],
    });
    db = app.nest.get(Database);
  });
  afterAll(async () => {
    await app.stop();
    await proxy.stop();
    await database.drop();
  });

  it('stores the change and its audit row', async () => {
    const context = aContext();
    const user = await db.transaction(context, (tx) => insertUser(tx));
    expect(await exists('users', user)).toBe(true);
    // The partition that it is in may just be moving into place.
    await eventually(async () => {
      expect(await exists('audit_logs', context.id)).toBe(true);
    });
    expect(context.isRecorded).toBe(true);
  });

  it('rolls everything back when it breaks halfway', async () => {
    const context = aContext();
    let user = '';
    const breaking = db.transaction(context, async (tx) => {
      user = await insertUser(tx);
      await tx.query('UPDATE users SET full_name = $2 WHERE id = $1', [user, 'Changed']);
      throw new Error('halfway');
    });
    await expect(breaking).rejects.toThrow('halfway');
    expect(await exists('users', user)).toBe(false);
    expect(await exists('audit_logs', context.id)).toBe(false);
    expect(context.isRecorded).toBe(false);
  });

  it('rolls back when its work goes on after a refused statement', async () => {
    let user = '';
    const going = db.transaction(aContext(), async (tx) => {
      user = await insertUser(tx);
      await tx.query('SELECT 1 / 0').catch(() => undefined);
    });
    await expect(going).rejects.toThrow();
    expect(await exists('users', user)).toBe(false);
  });

  it('knows that nothing was stored when nobody answers the end of a refused transaction', async () => {
    proxy.loseNextCommit('commit');
    const going = db.transaction(aContext(), async (tx) => {
      await tx.query('SELECT 1 / 0').catch(() => undefined);
    });
    await expect(going).rejects.toBeInstanceOf(DatabaseUnavailableError);
  });

  it('rolls back, and says why, when a statement that it did not wait for is refused', async () => {
    const context = aContext();
    let user = '';
    const refused = db.transaction(context, async (tx) => {
      user = await insertUser(tx);
      tx.send({ text: 'SELECT 1 / $1::int', values: [0] });
      tx.send({ text: 'SELECT 1', values: [] });
    });
    await expect(refused).rejects.toThrow('division by zero');
    expect(await exists('users', user)).toBe(false);
    expect(context.isRecorded).toBe(false);
  });

  it('is refused once, whatever was sent behind the refused statement', async () => {
    const { counts } = app.nest.get(RejectedStatements);
    const before = counts.get('22012') ?? 0;
    const refused = db.change(aContext(), 'SELECT 1 / $1::int', [0]);
    await expect(refused).rejects.toThrow('division by zero');
    expect(counts.get('22012')).toBe(before + 1);
  });

  it('F19 changes nothing when its audit row is refused, and says audit_unavailable', async () => {
    const role = decodeURIComponent(new URL(database.url).username);
    await database.query(`REVOKE INSERT ON audit_logs FROM ${role}`);
    const context = aContext();
    let user = '';
    const refused = db.transaction(context, async (tx) => {
      user = await insertUser(tx);
    });
    await expect(refused).rejects.toMatchObject({ code: 'audit_unavailable' });
    expect(await exists('users', user)).toBe(false);
    expect(context.isRecorded).toBe(false);
    await database.query(`GRANT INSERT ON audit_logs TO ${role}`);
    await db.transaction(aContext(), (tx) => insertUser(tx));
  });

  it('F13 runs again after a lost deadlock, and is recorded once', async () => {
    const [first, second] = [await newUser(), await newUser()];
    const contexts = [aContext(), aContext()];
    let attempts = 0;
    const bothHaveOne = barrier(2);
    const update = (tx: Transaction, id: string) =>
      tx.query(`UPDATE users SET full_name = full_name || 'x' WHERE id = $1`, [id]);
    await Promise.all(
      [
        [first, second],
        [second, first],
      ].map(([one, other], index) =>
        db.transaction(contexts[index] ?? {}, async (tx) => {
          attempts++;
          await update(tx, one ?? '');
          await bothHaveOne();
          await update(tx, other ?? '');
        }),
      ),
    );
    expect(attempts).toBe(3);
    const names = await database.query('SELECT full_name FROM users WHERE id IN ($1, $2)', [
      first,
      second,
    ]);
    expect(names).toEqual([{ full_name: 'xx' }, { full_name: 'xx' }]);
    for (const { id } of contexts) expect(await exists('audit_logs', id)).toBe(true);
  });

  it('F13 gives up after three serialization failures', async () => {
    let attempts = 0;
    const failing = db.transaction(aContext(), async (tx) => {
      attempts++;
      await tx.query(`DO $$ BEGIN RAISE serialization_failure; END $$`);
    });
    await expect(failing).rejects.toMatchObject({ code: '40001' });
    expect(attempts).toBe(3);
  });

  it('F05 does not know its outcome when the answer to COMMIT is lost', async () => {
    const context = aContext();
    let user = '';
    proxy.loseNextCommit('answer');
    const unknown = db.transaction(context, async (tx) => {
      user = await insertUser(tx);
    });
    await expect(unknown).rejects.toBeInstanceOf(OutcomeUnknownError);
    await eventually(async () => {
      expect(await exists('users', user)).toBe(true);
    });
    expect(await exists('audit_logs', context.id)).toBe(true);
  });

  it('F03 is stored when the server stops right after COMMIT', async () => {
    const context = aContext();
    proxy.shutDownAfterNextCommit();
    const user = await db.transaction(context, (tx) => insertUser(tx));
    expect(context.isRecorded).toBe(true);
    expect(await exists('users', user)).toBe(true);
  });

  it('F22 does not know its outcome when a pooler answers COMMIT instead of PostgreSQL', async () => {
    proxy.refuseNextCommit();
    const unknown = db.transaction(aContext(), (tx) => insertUser(tx));
    await expect(unknown).rejects.toBeInstanceOf(OutcomeUnknownError);
  });

  it('F02 changes nothing when the connection breaks before COMMIT arrives', async () => {
    const context = aContext();
    let user = '';
    proxy.loseNextCommit('commit');
    const broken = db.transaction(context, async (tx) => {
      user = await insertUser(tx);
    });
    await expect(broken).rejects.toBeInstanceOf(OutcomeUnknownError);
    expect(await exists('users', user)).toBe(false);
    expect(await exists('audit_logs', context.id)).toBe(false);
  });

  it('G2 changes nothing once the record says that its request has failed', async () => {
    const context = aContext();
    let user = '';
    const late = db.transaction(context, async (tx) => {
      user = await insertUser(tx);
      // As for a request that was given up while its connection was silent.
      await app.nest.get(Committer).store(auditRow(context, 503), PATIENTLY_MS);
    });
    await expect(late).rejects.toMatchObject({ code: 'audit_unavailable' });
    expect(await exists('users', user)).toBe(false);
    const rows = await database.query('SELECT result FROM audit_logs WHERE id = $1', [context.id]);
    expect(rows).toEqual([{ result: 'error' }]);
  });

  it('knows that nothing was stored when its connection dies before COMMIT is sent', async () => {
    let user = '';
    const dying = db.transaction(aContext(), async (tx) => {
      user = await insertUser(tx);
      const [backend] = await tx.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      await database.query('SELECT pg_terminate_backend($1, 5000)', [backend?.pid]);
      await tx.query('SELECT 1').catch(() => undefined);
    });
    await expect(dying).rejects.toBeInstanceOf(DatabaseUnavailableError);
    expect(await exists('users', user)).toBe(false);
  });

  describe('in one piece', () => {
    /** Its text is its own, so that no connection has it prepared and the proxy sees it. */
    const aUser = () => {
      const id = randomUUID();
      const context = aContext();
      const text = `${INSERT_USER} RETURNING '${id}' AS id`;
      const store = () => db.change<{ id: string }>(context, text, [id, `${id}@example.com`]);
      return { id, context, store };
    };

    it('stores the change and its audit row', async () => {
      const { id, context, store } = aUser();
      expect(await store()).toEqual([{ id }]);
      expect(context.isRecorded).toBe(true);
      expect(await exists('users', id)).toBe(true);
      expect(await exists('audit_logs', context.id)).toBe(true);
    });

    it('is undone, and says why, when it is refused', async () => {
      const { id, context, store } = aUser();
      await store();
      const again = db.change(context, INSERT_USER, [id, `${randomUUID()}@example.com`]);
      await expect(again).rejects.toMatchObject({ constraint: 'users_pkey' });
    });

    it('G2 is undone when its audit row is refused', async () => {
      const { id, context, store } = aUser();
      await app.nest.get(Committer).store(auditRow(context, 503), PATIENTLY_MS);
      await expect(store()).rejects.toMatchObject({ code: 'audit_unavailable' });
      expect(await exists('users', id)).toBe(false);
      expect(context.isRecorded).toBe(false);
    });

    it('F05 does not know its outcome when the answer is lost', async () => {
      const { id, context, store } = aUser();
      proxy.breakOn(id, 'answered');
      await expect(store()).rejects.toBeInstanceOf(OutcomeUnknownError);
      await eventually(async () => {
        expect(await exists('users', id)).toBe(true);
      });
      expect(await exists('audit_logs', context.id)).toBe(true);
    });

    it('F02 changes nothing when the connection breaks before it arrives', async () => {
      const { id, context, store } = aUser();
      proxy.breakOn(id, 'arriving');
      await expect(store()).rejects.toBeInstanceOf(OutcomeUnknownError);
      expect(await exists('users', id)).toBe(false);
      expect(await exists('audit_logs', context.id)).toBe(false);
    });

    it.each([
      [
        'F03 knows that nothing was stored when the server stops',
        '57P01',
        DatabaseUnavailableError,
      ],
      ['F22 does not know its outcome when a pooler answers', '08P01', OutcomeUnknownError],
    ])('%s before it is committed', async (_, state, expected) => {
      const { id, store } = aUser();
      proxy.refuse(id, state);
      await expect(store()).rejects.toBeInstanceOf(expected);
      expect(await exists('users', id)).toBe(false);
    });

    it('F03 gives no connection back that the server has ended, for whatever reason', async () => {
      const ended = aUser();
      const next = aUser();
      proxy.refuse(ended.id, '25P04');
      expect(await ended.store().catch(() => next.store())).toEqual([{ id: next.id }]);
    });

    it('F13 runs again when its audit row loses a deadlock', async () => {
      await database.query(`
        CREATE SEQUENCE rows_lost;
        GRANT USAGE ON rows_lost TO public;
        CREATE FUNCTION lose_first() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN IF nextval('rows_lost') = 1 THEN RAISE deadlock_detected; END IF; RETURN NEW; END $$;
        CREATE TRIGGER lose_first BEFORE INSERT ON audit_logs FOR EACH ROW EXECUTE FUNCTION lose_first();`);
      const { id, context, store } = aUser();
      expect(await store()).toEqual([{ id }]);
      expect(context.isRecorded).toBe(true);
      expect(await database.query('SELECT last_value FROM rows_lost')).toEqual([
        { last_value: '2' },
      ]);
      await database.query('DROP TRIGGER lose_first ON audit_logs');
    });

    it('F13 gives up after three serialization failures', async () => {
      await database.query(`
        CREATE FUNCTION lose(n int) RETURNS int LANGUAGE plpgsql AS $$
        BEGIN RAISE serialization_failure; END $$`);
      const log = StatementLog.start();
      try {
        const { sent } = await log.during(async () => {
          const losing = db.change(aContext(), 'SELECT lose($1)', [1]);
          await expect(losing).rejects.toMatchObject({ code: '40001' });
        });
        expect(sent.filter(({ text }) => text === 'SELECT lose($1)')).toHaveLength(3);
      } finally {
        log.stop();
      }
    });
  });

  async function newUser(): Promise<string> {
    return db.transaction(aContext(), (tx) => insertUser(tx));
  }

  async function exists(table: string, id: string): Promise<boolean> {
    const rows = await database.query(`SELECT FROM ${table} WHERE id = $1`, [id]);
    return rows.length === 1;
  }
});

const INSERT_USER = 'INSERT INTO users (id, email) VALUES ($1, $2)';

async function insertUser(tx: Transaction): Promise<string> {
  const id = randomUUID();
  await tx.query(INSERT_USER, [id, `${id}@example.com`]);
  return id;
}

/** Lets the first `count` callers wait for each other, and later ones pass. */
function barrier(count: number): () => Promise<void> {
  let waiting = 0;
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return () => {
    waiting++;
    if (waiting >= count) open();
    return opened;
  };
}
