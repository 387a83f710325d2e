import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { type BestAnswer, bestAnswer, emptyAnswer } from '../../src/tasks/scoring/best-answer.js';
import { type BestQuery } from '../../src/tasks/scoring/best-query.js';
import { type BestRow, type Nothing } from '../../src/tasks/scoring/best-row.js';
import { bestStatement } from '../../src/tasks/scoring/best-statement.js';
import { CLOCK_CTES } from '../../src/tasks/scoring/clock.js';
import { nothingStatement } from '../../src/tasks/scoring/nothing-statement.js';
import { BEST_FIRST, LISTED_SCORE } from '../../src/tasks/scoring/score-order.js';

export interface StoredPreferences {
  weights: readonly [number, number, number, number];
  timezone: string;
  workStartTime: string;
  workEndTime: string;
  workDays: readonly number[];
  enableHabitLearning: boolean;
  habitsForgottenAt: Date | null;
}

export interface StoredTask {
  title: string;
  status: string;
  priority: number;
  impact: number;
  dueDate: Date | null;
  snoozedUntil: Date | null;
  effortEstimateMinutes: number | null;
  tags: readonly string[];
  createdAt: Date;
  completedAt: Date | null;
}

const DEFAULT_PREFERENCES: StoredPreferences = {
  weights: [40, 35, 15, 10],
  timezone: 'UTC',
  workStartTime: '09:00',
  workEndTime: '17:00',
  workDays: [1, 2, 3, 4, 5],
  enableHabitLearning: true,
  habitsForgottenAt: null,
};

/** A user without tasks. Returns the user's id. */
export async function storeAccount(client: pg.Client): Promise<string> {
  const userId = randomUUID();
  await client.query(
    `INSERT INTO users (id, email) VALUES ($1::uuid, $1::uuid || '@example.com')`,
    [userId],
  );
  return userId;
}

/** A user with preferences and tasks numbered from 1 in the order given. Returns the user's id. */
export async function storeUser(
  client: pg.Client,
  tasks: readonly Partial<StoredTask>[],
  preferences: Partial<StoredPreferences> = {},
): Promise<string> {
  const userId = await storeAccount(client);
  const p = { ...DEFAULT_PREFERENCES, ...preferences };
  await client.query(
    `UPDATE user_preferences SET (weight_urgency, weight_priority, weight_impact, weight_effort, timezone,
       work_start_time, work_end_time, work_days, enable_habit_learning, habits_forgotten_at)
     = ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11) WHERE user_id = $1`,
    [
      userId,
      ...p.weights,
      p.timezone,
      p.workStartTime,
      p.workEndTime,
      p.workDays,
      p.enableHabitLearning,
      p.habitsForgottenAt,
    ],
  );
  await client.query(
    `INSERT INTO tasks (user_id, id, number, title, status, priority, impact, due_date, snoozed_until,
       effort_estimate_minutes, tags, created_at, completed_at)
     SELECT $1, gen_random_uuid(), t.number, coalesce(t.title, 'Task ' || t.number), coalesce(t.status, 'pending'),
       coalesce(t.priority, 3), coalesce(t.impact, 3), t."dueDate", t."snoozedUntil", t."effortEstimateMinutes",
       ARRAY(SELECT jsonb_array_elements_text(coalesce(t.tags, '[]'))), coalesce(t."createdAt", now()), t."completedAt"
     FROM jsonb_to_recordset($2) AS t (number int, title text, status text, priority int, impact int,
       "dueDate" timestamptz, "snoozedUntil" timestamptz, "effortEstimateMinutes" int, tags jsonb,
       "createdAt" timestamptz, "completedAt" timestamptz)`,
    [userId, JSON.stringify(tasks.map((task, index) => ({ number: index + 1, ...task })))],
  );
  return userId;
}

/** A query with nothing asked but the user's best task. */
export function question(userId: string, asked: Partial<BestQuery> = {}): BestQuery {
  return {
    userId,
    at: null,
    weights: null,
    alternatives: 3,
    availableMinutes: null,
    tags: [],
    exclude: { ids: [], numbers: [] },
    ...asked,
  };
}

export async function bestRow(client: pg.Client, query: BestQuery): Promise<BestRow> {
  const { rows } = await client.query<{ answer: BestRow }>(bestStatement(query));
  if (rows[0] === undefined) throw new Error('the user has no preferences');
  return rows[0].answer;
}

export async function ask(client: pg.Client, query: BestQuery): Promise<BestAnswer> {
  const row = await bestRow(client, query);
  const answer = bestAnswer(row, query);
  if (answer !== null) return answer;
  const { rows } = await client.query<{ nothing: Nothing }>(
    nothingStatement(query, row.evaluatedAt),
  );
  return emptyAnswer(row, (rows[0] as { nothing: Nothing }).nothing, query);
}

export interface Listed {
  number: number;
  score: number | null;
  createdAt: string;
}

/** Every task of the user in the order of `sort=-score`: each one scored, nothing skipped. */
export async function listByScore(
  client: pg.Client,
  { userId, at, weights }: BestQuery,
): Promise<Listed[]> {
  const { rows } = await client.query<Listed>(
    `WITH ${CLOCK_CTES}
     SELECT number, score, created_at::text AS "createdAt"
     FROM (SELECT t.number, t.created_at, ${LISTED_SCORE} AS score FROM clock k JOIN tasks t ON t.user_id = $1) AS listed
     ORDER BY ${BEST_FIRST}`,
    [userId, at, weights && [weights.urgency, weights.priority, weights.impact, weights.effort]],
  );
  return rows;
}
