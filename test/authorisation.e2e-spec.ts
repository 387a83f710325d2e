import { type Response } from 'supertest';
import { type ScopeName, SCOPES } from '../src/http/scope.decorator.js';
import { Operations } from '../src/http/operations.js';
import { as } from './support/factories.js';
import { CASES, visitor, type Visitor } from './support/ownership/cases.js';
import { accessToken, apiKeyOf, type Person } from './support/ownership/people.js';
import { neighbours } from './support/ownership/probes.js';
import { TestApp } from './support/test-app.js';

type Cells = [
  anonymous: number,
  expired: number,
  disabled: number,
  readOnlyKey: number,
  othersKey: number,
  other: number,
  owner: number,
];

/**
 * What comes of asking about things of the owner: without a token; with the owner's after it has expired; with theirs
 * while they are disabled; with an API key of theirs that may only read; with one of another user that may do whatever a
 * key may; as that other user; as the owner. Lists and settings are always those of whoever asks.
 */
const MATRIX: Record<string, Cells> = {
  createTask: [401, 401, 401, 403, 201, 201, 201],
  getTask: [401, 401, 401, 200, 404, 404, 200],
  updateTask: [401, 401, 401, 403, 404, 404, 200],
  deleteTask: [401, 401, 401, 403, 404, 404, 204],
  completeTask: [401, 401, 401, 403, 404, 404, 200],
  reopenTask: [401, 401, 401, 403, 404, 404, 200],
  snoozeTask: [401, 401, 401, 403, 404, 404, 200],
  listTasks: [401, 401, 401, 200, 200, 200, 200],
  listPendingTasks: [401, 401, 401, 200, 200, 200, 200],
  getBestTask: [401, 401, 401, 200, 200, 200, 200],
  getBestHistory: [401, 401, 401, 200, 200, 200, 200],
  getPlan: [401, 401, 401, 200, 200, 200, 200],
  getPreferences: [401, 401, 401, 200, 200, 200, 200],
  updatePreferences: [401, 401, 401, 403, 200, 200, 200],
  getHabits: [401, 401, 401, 200, 200, 200, 200],
  forgetHabits: [401, 401, 401, 403, 204, 204, 204],
  listAuditLogs: [401, 401, 401, 200, 200, 200, 200],
  getAuditStats: [401, 401, 401, 200, 200, 200, 200],
  getCurrentUser: [401, 401, 401, 403, 403, 200, 200],
  updateCurrentUser: [401, 401, 401, 403, 403, 200, 200],
  exportCurrentUser: [401, 401, 401, 403, 403, 200, 200],
  changePassword: [401, 401, 401, 403, 403, 200, 200],
  deleteCurrentUser: [401, 401, 401, 403, 403, 204, 204],
  listSessions: [401, 401, 401, 403, 403, 200, 200],
  revokeSession: [401, 401, 401, 403, 403, 404, 204],
  revokeSessions: [401, 401, 401, 403, 403, 204, 204],
  createApiKey: [401, 401, 401, 403, 403, 201, 201],
  listApiKeys: [401, 401, 401, 403, 403, 200, 200],
  deleteApiKey: [401, 401, 401, 403, 403, 404, 204],
  // What these do depends on what is in their body alone.
  register: [201, 201, 201, 201, 201, 201, 201],
  login: [200, 200, 401, 200, 200, 200, 200],
  refreshTokens: [200, 200, 401, 200, 200, 200, 200],
  logout: [204, 204, 204, 204, 204, 204, 204],
  getHealth: [200, 200, 200, 200, 200, 200, 200],
  getDatabaseHealth: [200, 200, 200, 200, 200, 200, 200],
  getLiveness: [200, 200, 200, 200, 200, 200, 200],
  getMetrics: [200, 200, 200, 200, 200, 200, 200],
  getOpenApiDocument: [200, 200, 200, 200, 200, 200, 200],
  getErrorsPage: [200, 200, 200, 200, 200, 200, 200],
  getApiPage: [200, 200, 200, 200, 200, 200, 200],
  getApiPageScript: [200, 200, 200, 200, 200, 200, 200],
  getApiPageAsset: [200, 200, 200, 200, 200, 200, 200],
  getAuditPage: [200, 200, 200, 200, 200, 200, 200],
  getAuditPageAsset: [200, 200, 200, 200, 200, 200, 200],
};

/** The scope that opens an operation to API keys; what is not here is closed to them. */
const SCOPE_OF: Partial<Record<string, ScopeName>> = {
  createTask: 'tasks:write',
  getTask: 'tasks:read',
  updateTask: 'tasks:write',
  deleteTask: 'tasks:write',
  completeTask: 'tasks:write',
  reopenTask: 'tasks:write',
  snoozeTask: 'tasks:write',
  listTasks: 'tasks:read',
  listPendingTasks: 'tasks:read',
  getBestTask: 'tasks:read',
  getBestHistory: 'tasks:read',
  getPlan: 'tasks:read',
  getPreferences: 'preferences:read',
  updatePreferences: 'preferences:write',
  getHabits: 'preferences:read',
  forgetHabits: 'preferences:write',
  listAuditLogs: 'audit:read',
  getAuditStats: 'audit:read',
};

const READING: ScopeName[] = ['tasks:read', 'preferences:read', 'audit:read'];

/** The one file behind each `:file`. */
const FILES: Record<string, string> = {
  getApiPageAsset: 'swagger-ui.css',
  getAuditPageAsset: 'uPlot.min.css',
};

describe('authorisation', () => {
  let app: TestApp;
  let owner: Person;
  let other: Person;
  beforeAll(async () => {
    app = await TestApp.start();
  });
  beforeEach(async () => {
    const { rich, poor } = await neighbours(app);
    [owner, other] = [rich, poor];
    await app.database.query('DELETE FROM api_keys WHERE user_id = $1 AND id <> $2', [
      owner.id,
      owner.apiKeyId,
    ]);
  });
  afterAll(() => app.stop());

  const operations = () => app.nest.get(Operations).all();

  /** Asks in the shortest way there is. */
  const ask = async (id: string, visit: Visitor): Promise<Response> => {
    const found = CASES.find(({ operation }) => operation === id);
    if (found) return found.request(visit);
    const operation = operations().find((candidate) => candidate.id === id);
    return visit.client.get(operation?.path.replace(':file', FILES[id] ?? '') ?? '');
  };

  const bearerOf = (token: string) => `Bearer ${token}`;
  const setActive = (isActive: boolean) =>
    app.database.query('UPDATE users SET is_active = $2 WHERE id = $1', [owner.id, isActive]);

  /** The Authorization header of each who asks, in the order of the cells. */
  const askers: [name: string, bearer: () => Promise<string> | string][] = [
    ['anonymous', () => ''],
    [
      'with an expired token',
      async () => {
        const { id, sessionId } = owner;
        const now = Math.floor(Date.now() / 1000);
        const claims = { sub: id, sid: sessionId, iat: now - 60, exp: now - 1 };
        return bearerOf(await accessToken(app, claims));
      },
    ],
    [
      'disabled',
      async () => {
        const { id, sessionId } = owner;
        await setActive(false);
        return bearerOf(await accessToken(app, { sub: id, sid: sessionId }));
      },
    ],
    ['with a read-only key', async () => bearerOf(await apiKeyOf(app, owner, READING))],
    ["with another user's key", async () => bearerOf(await apiKeyOf(app, other))],
    ['as another user', () => bearerOf(other.accessToken)],
    ['as the owner', () => bearerOf(owner.accessToken)],
  ];

  it('Z01 is laid down for every route', () => {
    expect(Object.keys(MATRIX).sort()).toEqual(
      operations()
        .map(({ id }) => id)
        .sort(),
    );
  });

  it.each(Object.entries(MATRIX))(
    'Z01 is as laid down for %s',
    async (id, cells) => {
      const answers: [asker: string, status: number, code: unknown][] = [];
      for (const [name, bearer] of askers) {
        const visit = visitor(app, await bearer(), owner);
        const { status, body } = await ask(id, visit);
        const { code } = body as { code?: string };
        answers.push([name, status, status < 400 ? null : code]);
        await setActive(true);
        await app.database.query(`DELETE FROM users WHERE email = 'new@example.com'`);
      }
      expect(answers).toEqual(
        askers.map(([name], index) => [name, cells[index], codeOf(id, name, cells[index] ?? 0)]),
      );
    },
    20_000,
  );

  it('Z01 guards HEAD like GET', async () => {
    const readable = operations().filter(({ isPublic, method }) => !isPublic && method === 'GET');
    for (const { path } of readable) {
      const url = path.replace(':ref', owner.taskId);
      await as(app, { bearer: '' }).head(url).expect(401);
      await as(app, { bearer: bearerOf(owner.accessToken) })
        .head(url)
        .expect(200);
    }
  });

  it('A10 names the scope of every operation that keys may use, and closes the others to them', () => {
    const named = operations().flatMap(({ id, scope }) => (scope === null ? [] : [[id, scope]]));
    expect(Object.fromEntries(named)).toEqual(SCOPE_OF);
    const open = operations().filter(({ isPublic, scope }) => isPublic && scope !== null);
    expect(open).toEqual([]);
  });

  it.each(SCOPES)(
    'A10 opens with the scope %s what names it, and nothing else',
    async (scope) => {
      const bearer = bearerOf(await apiKeyOf(app, owner, [scope]));
      const closed = operations().filter(({ isPublic }) => !isPublic);
      const opened: string[] = [];
      for (const { id } of closed) {
        const { status } = await ask(id, visitor(app, bearer, owner));
        if (status !== 403) opened.push(id);
      }
      const expected = Object.keys(SCOPE_OF).filter((id) => SCOPE_OF[id] === scope);
      expect(opened.sort()).toEqual(expected.sort());
    },
    20_000,
  );
});

/** The code of a refusal. */
function codeOf(id: string, asker: string, status: number): unknown {
  if (status < 400) return null;
  if (status === 403) return 'insufficient_scope';
  if (status === 404) return expect.stringMatching(/^(task|session|api_key)_not_found$/);
  if (id === 'login') return 'invalid_credentials';
  return asker === 'anonymous' ? 'unauthorized' : 'invalid_token';
}
