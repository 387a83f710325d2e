import { PipeliningClient } from '../src/database/pipelining-client.js';
import {
  limitedBegin,
  limitedPiece,
  limitSession,
  runLimited,
} from '../src/database/statement-limit.js';
import { TestDatabase } from './support/test-database.js';

const QUERY_CANCELED = '57014';

describe('the time limit of statements', () => {
  let database: TestDatabase;
  let client: PipeliningClient;
  beforeAll(async () => {
    database = await TestDatabase.create({ migrated: false });
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    client = new PipeliningClient({
      connectionString: database.applicationUrl,
      preparesStatements: true,
    });
    await client.connect();
  });
  afterEach(() => client.end());

  describe('in a session of its own', () => {
    beforeEach(() => limitSession(client));

    it('F09 is that of the session', async () => {
      expect(await limit()).toBe('1900ms');
      expect(limitedBegin(client)).toEqual(['BEGIN']);
      expect(limitedPiece(client)).toEqual([]);
    });
  });

  describe('in a session that a pooler lends', () => {
    beforeEach(async () => {
      // As PgBouncer: it makes up the process that it names.
      Object.assign(client, { processID: 1 });
      await limitSession(client);
    });

    it('F22 does not stay in the session', async () => {
      const before = await limit();
      await runLimited(client, 'SELECT 1', []);
      for (const text of limitedBegin(client)) await client.query(text);
      expect(await limit()).toBe('1900ms');
      await client.query('COMMIT');
      expect(before).toBe('0');
      expect(await limit()).toBe('0');
    });

    it('F09 ends a statement that takes longer, and leaves the session usable', async () => {
      const startedMs = performance.now();
      await expect(runLimited(client, 'SELECT pg_sleep(30)', [])).rejects.toMatchObject({
        code: QUERY_CANCELED,
      });
      expect(performance.now() - startedMs).toBeLessThan(5000);
      const { rows } = await runLimited(client, 'SELECT $1::int AS n', [1]);
      expect(rows).toEqual([{ n: 1 }]);
    }, 10_000);

    it('F09 ends a statement of a piece that takes longer, and leaves the session as it was', async () => {
      const asked = [...limitedPiece(client), 'SELECT pg_sleep(30)'];
      const answers = client.inOnePiece(() => asked.map((text) => client.query(text)));
      const [limiting, sleeping] = await Promise.allSettled(answers);
      expect(limiting?.status).toBe('fulfilled');
      expect(sleeping).toMatchObject({ reason: { code: QUERY_CANCELED } });
      expect(await limit()).toBe('0');
    }, 10_000);

    it('stores what the statement changes', async () => {
      await database.query('CREATE TABLE kept (n int)');
      await database.query('GRANT ALL ON kept TO public');
      await runLimited(client, 'INSERT INTO kept VALUES ($1)', [1]);
      expect(await database.query('SELECT n FROM kept')).toEqual([{ n: 1 }]);
    });
  });

  async function limit(): Promise<string> {
    const { rows } = await client.query<{ statement_timeout: string }>('SHOW statement_timeout');
    return rows[0]?.statement_timeout ?? '';
  }
});
