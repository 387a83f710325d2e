import { readFile } from 'node:fs/promises';
import { aVisit, REQUESTS } from './support/operation-requests.js';
import { StatementLog } from './support/statement-log.js';
import { TestApp } from './support/test-app.js';

/** What each table becomes on a sharded PostgreSQL: distributed by a column, copied to every node, or left where it is. */
const TABLES: Record<string, 'user_id' | 'id' | 'reference' | 'local'> = {
  users: 'reference',
  external_identities: 'reference',
  ended_external_identities: 'reference',
  rate_limits: 'local',
  sessions: 'user_id',
  api_keys: 'user_id',
  tasks: 'user_id',
  task_counters: 'user_id',
  idempotency_keys: 'user_id',
  password_attempts: 'user_id',
  user_preferences: 'user_id',
  audit_logs: 'id',
  audit_seals: 'local',
  migrations: 'local',
};

const PER_USER = Object.keys(TABLES).filter((table) => TABLES[table] === 'user_id');

const KEYS = `
  SELECT t.relname AS "table", c.relname AS name,
         array_agg(a.attname::text ORDER BY a.attnum) AS columns
  FROM pg_index i
  JOIN pg_class t ON t.oid = i.indrelid
  JOIN pg_class c ON c.oid = i.indexrelid
  JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
  WHERE i.indisunique AND t.relname = ANY ($1)
  GROUP BY t.relname, c.relname`;

const FOREIGN_KEYS = `
  SELECT c.conrelid::regclass::text AS "table", c.conname AS name, c.confrelid::regclass::text AS target,
         array_agg(a.attname::text) AS columns
  FROM pg_constraint c
  JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey)
  WHERE c.contype = 'f' AND c.connamespace = 'public'::regnamespace
  GROUP BY c.oid`;

describe('the schema, on its way to a sharded PostgreSQL', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.stop());

  it('says of every table what becomes of it', async () => {
    const tables = await app.database.query<{ name: string }>(
      `SELECT relname AS name FROM pg_class
       WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition`,
    );
    expect(tables.map(({ name }) => name).sort()).toEqual(Object.keys(TABLES).sort());
  });

  it('is planned in docs/scaling.md, table by table', async () => {
    const plan = await readFile('docs/scaling.md', 'utf8');
    const statements = Object.entries(TABLES).flatMap(([table, fate]) => {
      if (fate === 'local') return [];
      if (fate === 'reference') return [`create_reference_table('${table}'`];
      return [`create_distributed_table('${table}', '${fate}'`];
    });
    const planned = plan.match(/create_(reference|distributed)_table\('\w+'(, '\w+')?/g) ?? [];
    expect(planned.sort()).toEqual(statements.sort());
  });

  it('has the user in every key of a per-user table', async () => {
    const keys = await app.database.query<{ table: string; name: string; columns: string[] }>(
      KEYS,
      [PER_USER],
    );
    expect(new Set(keys.map(({ table }) => table))).toEqual(new Set(PER_USER));
    expect(keys.filter(({ columns }) => !columns.includes('user_id'))).toEqual([]);
  });

  it('has the user in every foreign key, unless it leads to a table that is on every node', async () => {
    const keys = await app.database.query<{ table: string; target: string; columns: string[] }>(
      FOREIGN_KEYS,
    );
    expect(keys.length).toBeGreaterThanOrEqual(PER_USER.length);
    expect(keys.filter(({ target }) => TABLES[target] !== 'reference')).toEqual([]);
    const perUser = keys.filter(({ table }) => isPerUser(table));
    expect(perUser.filter(({ columns }) => !columns.includes('user_id'))).toEqual([]);
  });

  it('takes no number from a sequence, the list of migrations aside', async () => {
    const sequences = await app.database.query<{ name: string }>(
      `SELECT relname AS name FROM pg_class WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace`,
    );
    expect(sequences).toEqual([{ name: 'migrations_id_seq' }]);
  });

  it('is asked for one user at a time in every statement of every operation', async () => {
    const log = StatementLog.start();
    try {
      const texts = new Set<string>();
      for (const request of Object.values(REQUESTS)) {
        const visit = await aVisit(app);
        const { sent } = await log.during(() => request(visit));
        for (const { text } of sent) texts.add(text);
      }
      const aboutUsers = [...texts].filter((text) => tablesIn(text).some(isPerUser));
      expect(aboutUsers.length).toBeGreaterThan(20);
      expect(aboutUsers.filter((text) => !namesTheUser(text))).toEqual([]);
    } finally {
      log.stop();
    }
  }, 30_000);
});

function tablesIn(text: string): string[] {
  return [...text.matchAll(/\b(?:FROM|JOIN|INTO|UPDATE)\s+(?:ONLY\s+)?(\w+)/gi)].map(
    ([, table = '']) => table,
  );
}

function isPerUser(table: string): boolean {
  return PER_USER.includes(table);
}

/** Whether each per-user table is reached by the user's id: filtered, joined or inserted. */
function namesTheUser(text: string): boolean {
  const isFiltered = /\buser_id = \$\d/.test(text);
  const isInserted = /INSERT INTO \w+ (AS \w+ )?\(user_id,/.test(text);
  return isFiltered || isInserted;
}
