import { createApiKey } from './api-keys.js';
import { as, signUp, type TestUser } from './factories.js';
import { createTask } from './tasks.js';
import { type TestApp } from './test-app.js';

/** Who makes a request, and what there is to make it about. */
export interface Visit {
  app: TestApp;
  user: TestUser;
  client: ReturnType<typeof as>;
  /** The path of an open task of theirs. */
  task: string;
  /** The path of an API key of theirs. */
  apiKey: string;
}

export const PASSWORD = 'correct horse battery staple';

/** A new user who has one of everything. */
export async function aVisit(app: TestApp): Promise<Visit> {
  const user = await signUp(app, { password: PASSWORD });
  const client = as(app, user);
  const { number } = await createTask(client, { title: 'There already' });
  const { id } = await createApiKey(client);
  // From now on every connection is open.
  await client.get('/api/users/me').expect(200);
  const [task, apiKey] = [`/api/tasks/${String(number)}`, `/api/auth/api-keys/${id}`];
  return { app, user, client, task, apiKey };
}

/** One successful request for every operation whose requests are recorded. */
export const REQUESTS: Record<string, (visit: Visit) => PromiseLike<{ status: number }>> = {
  createTask: ({ client }) => client.post('/api/tasks').send({ title: 'One more' }),
  getTask: ({ client, task }) => client.get(task),
  updateTask: ({ client, task }) => client.patch(task).send({ priority: 5 }),
  deleteTask: ({ client, task }) => client.delete(task),
  completeTask: ({ client, task }) => client.post(`${task}/complete`),
  reopenTask: ({ client, task }) => client.post(`${task}/reopen`),
  snoozeTask: ({ client, task }) => client.post(`${task}/snooze`).send({ minutes: 5 }),
  listTasks: ({ client }) => client.get('/api/tasks'),
  listPendingTasks: ({ client }) => client.get('/api/tasks/pending'),
  getBestTask: ({ client }) => client.get('/api/tasks/best'),
  getBestHistory: ({ client }) => client.get('/api/tasks/best/history'),
  getPlan: ({ client }) => client.get('/api/tasks/plan'),
  getPreferences: ({ client }) => client.get('/api/preferences'),
  updatePreferences: ({ client }) =>
    client.patch('/api/preferences').send({ timezone: 'Europe/Berlin' }),
  getHabits: ({ client }) => client.get('/api/preferences/habits'),
  forgetHabits: ({ client }) => client.delete('/api/preferences/habits'),
  listAuditLogs: ({ client }) => client.get('/api/audit-logs'),
  getAuditStats: ({ client }) => client.get('/api/audit-logs/stats?bucket=hour'),
  getCurrentUser: ({ client }) => client.get('/api/users/me'),
  updateCurrentUser: ({ client }) => client.patch('/api/users/me').send({ fullName: 'Ada' }),
  exportCurrentUser: ({ client }) => client.get('/api/users/me/export'),
  changePassword: ({ client }) =>
    client
      .put('/api/users/me/password')
      .send({ currentPassword: PASSWORD, newPassword: `${PASSWORD}!` }),
  deleteCurrentUser: ({ client }) =>
    client.post('/api/users/me/delete').send({ password: PASSWORD }),
  listSessions: ({ client }) => client.get('/api/auth/sessions'),
  revokeSession: ({ client, user }) =>
    client.delete(`/api/auth/sessions/${sessionOf(user.accessToken)}`),
  revokeSessions: ({ client }) => client.delete('/api/auth/sessions'),
  createApiKey: ({ client }) =>
    client.post('/api/auth/api-keys').send({ name: 'Another', scopes: ['tasks:read'] }),
  listApiKeys: ({ client }) => client.get('/api/auth/api-keys'),
  deleteApiKey: ({ client, apiKey }) => client.delete(apiKey),
  register: ({ app }) =>
    app.http.post('/api/auth/register').send({ email: 'new@example.com', password: PASSWORD }),
  login: ({ app, user: { email } }) =>
    app.http.post('/api/auth/login').send({ email, password: PASSWORD }),
  refreshTokens: ({ app, user: { refreshToken } }) =>
    app.http.post('/api/auth/refresh').send({ refreshToken }),
  logout: ({ app, user: { refreshToken } }) =>
    app.http.post('/api/auth/logout').send({ refreshToken }),
};

function sessionOf(accessToken: string): string {
  const [, claims = ''] = accessToken.split('.');
  return (JSON.parse(Buffer.from(claims, 'base64url').toString()) as { sid: string }).sid;
}
