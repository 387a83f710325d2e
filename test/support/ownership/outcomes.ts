import { type Response } from 'supertest';
import { type TestApp } from '../test-app.js';
import { type Person } from './people.js';

/** Members that are different each time: secrets, durations, and what is kept for a while. */
const VOLATILE =
  /^(request_duration_ms|requestDurationMs|p\d\dMs|position|\w*hash|fingerprint|\w+Token|key|answer|nextCursor|instance|requestId|expires_at|expiresAt)$/;

const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/;
const UUID_V7 = /^([0-9a-f]{8})-([0-9a-f]{4})-7[0-9a-f]{3}-/;
const RECENTLY_MS = 3_000_000;

/** Everything that a request came to: its answer, and what the one who asked has afterwards. */
export async function outcome(app: TestApp, { id }: Person, answer: Response): Promise<string> {
  const rows = JSON.parse(await possessionsOf(app, id)) as unknown[];
  return JSON.stringify([answer.status, steady(answer.body), rows.map(steady).map(text).sort()]);
}

/** All rows that belong to a user, of whatever table, as text. */
export async function possessionsOf({ database }: TestApp, userId: string): Promise<string> {
  const tables = await database.query<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.columns
     WHERE table_schema = 'public' AND column_name = 'user_id' AND table_name !~ '^audit_logs_'`,
  );
  const selects = tables.map(
    ({ name }) =>
      `SELECT '${name}' AS "table", to_jsonb(t) AS row FROM ${name} t WHERE user_id = '${userId}'`,
  );
  const rows = await database.query(
    `SELECT 'users' AS "table", to_jsonb(t) AS row FROM users t WHERE id = '${userId}'
     UNION ALL ${selects.join(' UNION ALL ')} ORDER BY 1, 2`,
  );
  return JSON.stringify(rows);
}

/** The value without what is different each time: also ids and moments of what happened just now. */
function steady(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(steady);
  if (typeof value === 'string') return isNew(value) ? 'new' : value;
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([name, member]): [string, unknown] => [
    name,
    VOLATILE.test(name) ? member !== null : steady(member),
  ]);
  return Object.fromEntries(members);
}

function isNew(value: string): boolean {
  const [, high, low] = UUID_V7.exec(value) ?? [];
  const moment =
    high && low ? parseInt(high + low, 16) : MOMENT.test(value) ? Date.parse(value) : 0;
  return Math.abs(Date.now() - moment) < RECENTLY_MS;
}

function text(value: unknown): string {
  return JSON.stringify(value);
}
