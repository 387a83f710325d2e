import pg from 'pg';
import { type Response } from 'supertest';
import { as, type TestUser } from '../factories.js';
import { REQUESTS, type Visit } from '../operation-requests.js';
import { type TestApp } from '../test-app.js';
import { type Person } from './people.js';
import { AT, FIRST_TASK_ID, RECORDED, RICH_ID } from './possessions.js';

/** Somebody with a client, and something to ask about: their own things, or another's. */
export interface Visitor extends Visit {
  thing: Person;
}

/** One request of an operation, in one of the ways it can be asked. */
export interface Case {
  name: string;
  operation: string;
  request: (visitor: Visitor) => Promise<Response>;
  /** What a user gets who asks about their own things; any success when left out. */
  status?: number;
}

/** Asks as `bearer` about the things of `thing`. */
export function visitor(app: TestApp, bearer: string, thing: Person): Visitor {
  const { accessToken, refreshToken, email } = thing;
  const user = { email, accessToken, refreshToken } as TestUser;
  const client = as(app, { bearer });
  const apiKey = `/api/auth/api-keys/${thing.apiKeyId}`;
  return { app, user, client, task: `/api/tasks/${thing.taskId}`, apiKey, thing };
}

const byNumber = ({ thing, ...visit }: Visitor): Visitor => ({
  ...visit,
  thing,
  task: `/api/tasks/${String(thing.taskNumber)}`,
});

const get = (path: string) => (visit: Visitor) => visit.client.get(path).then(same);

/** The page after the first. */
const secondPage = (path: string) => async (visit: Visitor) => {
  const first = await visit.client.get(path);
  const cursor = encodeURIComponent(String(first.body.nextCursor));
  return visit.client.get(`${path}&cursor=${cursor}`);
};

const create = (key: string) => (visit: Visitor) =>
  visit.client.post('/api/tasks').set('Idempotency-Key', key).send({ title: 'Once' }).then(same);

/** The rest of the way, with nothing of some kind. */
const without = (table: string, path: string) => async (visit: Visitor) => {
  await visit.app.database.query(`DELETE FROM ${table} WHERE user_id = $1`, [visit.thing.id]);
  return visit.client.get(path);
};

/** When there is nothing left to do. */
const allDone = (path: string) => async (visit: Visitor) => {
  await visit.app.database.query(
    `UPDATE tasks SET status = 'completed', completed_at = $2 WHERE user_id = $1`,
    [visit.thing.id, AT],
  );
  return visit.client.get(path);
};

/** While another request holds the rich one's account. */
const whileAnotherChanges = (operation: string) => async (visit: Visitor) => {
  const other = new pg.Client({ connectionString: visit.app.database.directUrl });
  await other.connect();
  await other.query('BEGIN');
  await other.query('SELECT 1 FROM users WHERE id = $1 FOR UPDATE', [RICH_ID]);
  try {
    return (await REQUESTS[operation]?.(visit)) as Response;
  } finally {
    await other.end();
  }
};

const same = (answer: Response) => answer;

const wrongPassword = ({ app, thing }: Visitor) =>
  app.http.post('/api/auth/login').send({ email: thing.email, password: 'a wrong one' }).then(same);

const FILTERS =
  'q=garden&tag=home&status=pending&status=snoozed&minPriority=1&dueAfter=2020-01-01T00:00:00Z';

/** The other ways to ask, by operation. */
const WAYS: [operation: string, way: string, request: Case['request'], status?: number][] = [
  ['listTasks', 'filtered', get(`/api/tasks?${FILTERS}&dueBefore=2040-01-01T00:00:00Z`)],
  ['listTasks', 'by due date', get('/api/tasks?sort=dueDate&limit=100')],
  ['listTasks', 'by due date, on', secondPage('/api/tasks?sort=dueDate&limit=30')],
  ['listTasks', 'by due date, on to those without', secondPage('/api/tasks?sort=dueDate&limit=35')],
  ['listTasks', 'by score', get('/api/tasks?sort=-score&limit=100')],
  ['listTasks', 'by score, on', secondPage('/api/tasks?sort=-score&limit=5')],
  ['listTasks', 'by score, filtered', get(`/api/tasks?sort=-score&${FILTERS}`)],
  ['listPendingTasks', 'on', secondPage('/api/tasks/pending?limit=5')],
  ['getBestTask', 'at a moment', get(`/api/tasks/best?at=${AT}&alternatives=10`)],
  ['getBestTask', 'with a tag', get(`/api/tasks/best?at=${AT}&tag=home&exclude=1&exclude=2`)],
  ['getBestTask', 'with nothing to do', without('tasks', `/api/tasks/best?at=${AT}`)],
  ['getBestTask', 'with all done', allDone(`/api/tasks/best?at=${AT}`)],
  ['getBestTask', 'with little time', get(`/api/tasks/best?at=${AT}&availableMinutes=20`)],
  ['getBestTask', 'without time', get(`/api/tasks/best?at=${AT}&availableMinutes=1`)],
  ['getBestHistory', 'on', secondPage('/api/tasks/best/history?limit=5')],
  ['getBestHistory', 'what-if', get('/api/tasks/best/history?whatIf=true')],
  ['getPlan', 'at a moment', get(`/api/tasks/plan?at=${AT}`)],
  ['getPlan', 'of a day', get(`/api/tasks/plan?date=${AT.slice(0, 10)}&at=${AT}`)],
  ['listAuditLogs', 'until', get(`/api/audit-logs?to=${RECORDED.to}`)],
  ['listAuditLogs', 'on', secondPage(`/api/audit-logs?to=${RECORDED.to}&limit=5`)],
  [
    'listAuditLogs',
    'filtered',
    get(
      `/api/audit-logs?to=${RECORDED.to}&from=2020-01-01T00:00:00Z&action=GET_BEST_TASK&result=success&resourceId=${FIRST_TASK_ID}`,
    ),
  ],
  [
    'getAuditStats',
    'until',
    get(`/api/audit-logs/stats?bucket=hour&from=${RECORDED.from}&to=${RECORDED.to}`),
  ],
  ['createTask', 'with a key', create('fresh')],
  ['createTask', 'with a key that another has', create('kept')],
  ['createTask', 'with a key that another had', create('over')],
  [
    'createTask',
    'again',
    async (visit) => {
      await create('kept')(visit);
      return create('kept')(visit);
    },
  ],
  ['login', 'with a wrong password', wrongPassword, 401],
  [
    'updatePreferences',
    'of two weights',
    ({ client }) =>
      client.patch('/api/preferences').send({ weightUrgency: 30, weightPriority: 0 }).then(same),
  ],
  ['createApiKey', 'while another account changes', whileAnotherChanges('createApiKey')],
];

/** What their answers say changes with every minute: they are asked about another moment. */
const OF_NOW = ['getBestTask', 'getPlan'];

/** Operations on one task, each also by its number. */
const OF_ONE_TASK = [
  'getTask',
  'updateTask',
  'deleteTask',
  'completeTask',
  'reopenTask',
  'snoozeTask',
];

export const CASES: Case[] = [
  ...Object.entries(REQUESTS)
    .filter(([operation]) => !OF_NOW.includes(operation))
    .map(([operation, request]) => ({
      name: operation,
      operation,
      request: (visit: Visitor) => Promise.resolve(request(visit)) as Promise<Response>,
    })),
  ...OF_ONE_TASK.map((operation) => ({
    name: `${operation} by number`,
    operation,
    request: (visit: Visitor) =>
      Promise.resolve(REQUESTS[operation]?.(byNumber(visit))) as Promise<Response>,
  })),
  ...WAYS.map(([operation, way, request, status]) => ({
    name: `${operation} ${way}`,
    operation,
    request,
    ...(status !== undefined && { status }),
  })),
];

/** Those that name one thing by its id. */
export const TRESPASSES = CASES.filter(({ operation }) =>
  [...OF_ONE_TASK, 'revokeSession', 'deleteApiKey'].includes(operation),
);
