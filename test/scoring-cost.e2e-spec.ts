import type pg from 'pg';
import { type BestQuery } from '../src/tasks/scoring/best-query.js';
import { bestStatement } from '../src/tasks/scoring/best-statement.js';
import { startScoringDatabase, type ScoringDatabase } from './support/scoring-database.js';
import { bestRow, storeAccount, listByScore, question } from './support/scoring-fixtures.js';

const AT = new Date('2026-06-05T10:00Z');

/** What the many tasks of a user look like: SQL expressions over the task's number `n`. */
interface Population {
  kind: string;
  priority: string;
  impact: string;
  dueInDays: string;
  ageDays: string;
}

const POPULATIONS: readonly Population[] = [
  {
    kind: 'of every kind',
    priority: '1 + n % 5',
    impact: '1 + n / 5 % 5',
    dueInDays: 'CASE WHEN n % 3 > 0 THEN random() * 75 - 15 END',
    ageDays: 'random() * 120',
  },
  {
    kind: 'all due in the future',
    priority: '1 + n % 5',
    impact: '1 + n / 5 % 5',
    dueInDays: '0.1 + random() * 90',
    ageDays: 'random() * 120',
  },
  {
    kind: 'without due dates',
    priority: '1 + n % 5',
    impact: '1 + n / 5 % 5',
    dueInDays: 'NULL::float8',
    ageDays: 'random() * 120',
  },
  {
    kind: 'of one priority and impact',
    priority: '3',
    impact: '3',
    dueInDays: 'CASE WHEN n % 3 > 0 THEN random() * 75 - 15 END',
    ageDays: 'random() * 120',
  },
  {
    kind: 'that are hard to tell apart',
    priority: '3',
    impact: '3',
    dueInDays: 'CASE WHEN n % 2 > 0 THEN (n % 3)::float8 END',
    ageDays: '(n % 4)::float8',
  },
];

let database: ScoringDatabase;
let client: pg.Client;

beforeAll(async () => {
  database = await startScoringDatabase();
  client = database.client;
  await client.query('SELECT setseed(0.5)');
}, 60_000);

afterAll(() => database.stop());

async function populate(
  tasks: number,
  { priority, impact, dueInDays, ageDays }: Population,
): Promise<string> {
  const userId = await storeAccount(client);
  await client.query(`UPDATE user_preferences SET timezone = 'Europe/Berlin' WHERE user_id = $1`, [
    userId,
  ]);
  await client.query(
    `INSERT INTO tasks (user_id, id, number, title, status, priority, impact, due_date, snoozed_until,
       effort_estimate_minutes, tags, created_at, completed_at)
     SELECT $1, gen_random_uuid(), n, 'Task ' || n,
       CASE WHEN n % 10 = 9 THEN 'completed' WHEN n % 20 = 0 THEN 'in_progress' ELSE 'pending' END,
       ${priority}, ${impact}, $3::timestamptz + (${dueInDays}) * interval '1 day',
       CASE WHEN n % 11 = 0 THEN $3::timestamptz + (random() - 0.3) * interval '1 day' END,
       (ARRAY[5, 10, 15, 30, 60, 90, 120, 240, 480, NULL])[1 + n * 7 % 10],
       (ARRAY['{}', '{morning}', '{evening,home}', '{admin}', '{deep-work,writing}', '{errand}', '{calls}'])[1 + n % 7]::text[],
       $3::timestamptz - (${ageDays}) * interval '1 day',
       CASE WHEN n % 10 = 9 THEN $3::timestamptz - random() * interval '60 days' END
     FROM generate_series(1, $2::int) AS n`,
    [userId, tasks, AT],
  );
  await client.query('ANALYZE');
  return userId;
}

interface PlanNode {
  'Relation Name'?: string;
  'Node Type': string;
  'Index Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  Plans?: PlanNode[];
}

/** The nodes of the plan that runs for a query. */
async function planNodes(query: BestQuery): Promise<PlanNode[]> {
  const { text, values } = bestStatement(query);
  const { rows } = await client.query<{ 'QUERY PLAN': { Plan: PlanNode }[] }>(
    `EXPLAIN (ANALYZE, FORMAT JSON) ${text}`,
    values,
  );
  const within = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(within)];
  return rows.flatMap((row) => row['QUERY PLAN']).flatMap(({ Plan }) => within(Plan));
}

function tasksRead(nodes: readonly PlanNode[]): number {
  return nodes
    .filter((node) => node['Relation Name'] === 'tasks')
    .reduce(
      (total, node) =>
        total +
        (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'],
      0,
    );
}

describe('reading only what can still win', () => {
  const weights = [
    null,
    { urgency: 25, priority: 25, impact: 25, effort: 25 },
    { urgency: 0, priority: 50, impact: 50, effort: 0 },
    { urgency: 70, priority: 10, impact: 10, effort: 10 },
    { urgency: 10, priority: 10, impact: 10, effort: 70 },
    { urgency: 100, priority: 0, impact: 0, effort: 0 },
    { urgency: 0, priority: 0, impact: 0, effort: 100 },
  ];

  it.each(POPULATIONS)(
    'gives the same answer as scoring everything, among tasks $kind',
    async (population) => {
      const userId = await populate(3000, population);
      for (const tried of weights) {
        for (const days of [-20, 0, 0.4, 30]) {
          const at = new Date(AT.getTime() + days * 86_400_000);
          const query = question(userId, { at, weights: tried, alternatives: 10 });
          const listed = (await listByScore(client, query)).slice(0, 11);
          const { picks } = await bestRow(client, query);
          expect(picks.map(({ task, score }) => [task.number, score])).toEqual(
            listed.map(({ number, score }) => [number, score]),
          );
        }
      }
    },
    60_000,
  );

  it.each(POPULATIONS.slice(0, 3))(
    'reads a small part of ten thousand tasks $kind, by index',
    async (population) => {
      const userId = await populate(10_000, population);
      const nodes = await planNodes(question(userId, { at: AT }));
      expect(tasksRead(nodes)).toBeLessThan(3000);
      expect(new Set(nodes.map((node) => node['Index Name']).filter(Boolean))).toEqual(
        new Set(['tasks_open_idx', 'tasks_completed_idx', 'tasks_pkey']),
      );
      const sequential = nodes.filter((node) => node['Node Type'] === 'Seq Scan');
      expect(sequential.map((node) => node['Relation Name'])).not.toContain('tasks');
    },
  );
});
