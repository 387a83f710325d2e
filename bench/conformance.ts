import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { type BenchData, DEEP_TASKS } from './bench-data.js';
import { headersOf, type PlannedRequest } from './planned-request.js';
import { type BenchDatabase } from './postgres/bench-database.js';
import { bestTask, createTask, getTask, listTasks, updateTask } from './requests.js';
import { type ServerName } from './server-kinds.js';
import { type ServerProcess } from './server-process.js';

const PAGE = 50;
const SKIPPED_TASKS = 9000;

type Json = Record<string, unknown>;

/** A server under test, and what it is asked about. */
interface Subject {
  name: ServerName;
  server: ServerProcess;
  database: BenchDatabase;
  data: BenchData;
}

/**
 * Fails unless the server answers as all others do: the right status, the same tasks in the same order, field by field,
 * and changes that are stored.
 *
 * @returns the query of its page far down
 */
export async function checkConformance(subject: Subject): Promise<string> {
  const { data } = subject;
  const [task] = data.tasks as [BenchData['tasks'][number]];
  deepStrictEqual(await ask(subject, getTask(task), 200), await stored(subject, task.id), 'get');
  const [stranger] = data.crowd.filter(({ id }) => id !== task.user.id);
  ok(stranger);
  await ask(subject, getTask({ ...task, user: stranger }), 404);
  await checkChanges(subject);
  await checkPage(subject, 'limit=50', 0);
  const deepPage = await findDeepPage(subject);
  await checkPage(subject, deepPage, SKIPPED_TASKS);
  if (subject.name === 'ours' || subject.name === 'naive') {
    const { task: best } = await ask(subject, bestTask(data.asking[10]), 200);
    strictEqual((best as Json)['userId'], data.asking[10].id, 'best');
  }
  return deepPage;
}

async function checkChanges(subject: Subject): Promise<void> {
  const [user] = subject.data.crowd as [BenchData['crowd'][number]];
  const creation = createTask(user, 1);
  const created = await ask(subject, creation, 201);
  const id = String(created['id']);
  deepStrictEqual(created, await stored(subject, id), 'create');
  const given = JSON.parse(creation.body ?? '') as Json;
  for (const [field, value] of Object.entries(given)) deepStrictEqual(created[field], value, field);
  const change = updateTask({ user, id }, 2);
  const changed = await ask(subject, change, 200);
  deepStrictEqual(changed, await stored(subject, id), 'update');
  const { title } = JSON.parse(change.body ?? '') as Json;
  deepStrictEqual([changed['title'], changed['version']], [title, 2], 'update');
}

/** Compares a page of the reader's list with the table itself. */
async function checkPage(subject: Subject, query: string, skipped: number): Promise<void> {
  const { reader } = subject.data;
  const { items } = await ask(subject, listTasks(reader, query), 200);
  const rows = await subject.database.query<{ id: string }>(
    `SELECT id FROM tasks WHERE user_id = $1 ORDER BY created_at DESC, number DESC LIMIT $2 OFFSET $3`,
    [reader.id, PAGE, skipped],
  );
  const expected: Json[] = [];
  for (const { id } of rows) expected.push(await stored(subject, id));
  deepStrictEqual(items, expected, `list ${query}`);
}

async function findDeepPage(subject: Subject): Promise<string> {
  if (subject.name === 'naive') return `limit=50&offset=${String(SKIPPED_TASKS)}`;
  let cursor = '';
  for (let skipped = 0; skipped < SKIPPED_TASKS; skipped += 100) {
    ok(skipped < DEEP_TASKS);
    const query = `limit=100${cursor && `&cursor=${cursor}`}`;
    const page = await ask(subject, listTasks(subject.data.reader, query), 200);
    cursor = String(page['nextCursor']);
  }
  return `limit=50&cursor=${cursor}`;
}

async function ask(
  { name, server }: Subject,
  request: PlannedRequest,
  status: number,
): Promise<Json> {
  const { method, path, body } = request;
  const answer = await fetch(server.url + path, {
    method,
    headers: headersOf(request),
    ...(body !== undefined && { body }),
  });
  const text = await answer.text();
  strictEqual(answer.status, status, `${name}: ${method} ${path}: ${text}`);
  return JSON.parse(text) as Json;
}

/** A task as the table has it, in the form that every server gives it. */
async function stored({ database }: Subject, id: string): Promise<Json> {
  const [row] = await database.query<{ task: Json & { isAsleep: boolean } }>(
    `SELECT json_build_object('id', id, 'number', number, 'userId', user_id, 'title', title, 'description', description,
       'status', status, 'isCompleted', status = 'completed', 'priority', priority, 'impact', impact,
       'dueDate', due_date, 'snoozedUntil', snoozed_until, 'effortEstimateMinutes', effort_estimate_minutes, 'tags', tags,
       'version', version, 'createdAt', created_at, 'updatedAt', updated_at, 'completedAt', completed_at) AS task
     FROM tasks WHERE id = $1`,
    [id],
  );
  ok(row);
  for (const field of ['dueDate', 'snoozedUntil', 'createdAt', 'updatedAt', 'completedAt']) {
    const moment = row.task[field];
    row.task[field] = typeof moment === 'string' ? new Date(moment).toISOString() : null;
  }
  return row.task;
}
