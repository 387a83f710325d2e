import { type TaskPageResponse } from '../src/tasks/dto/task-page.response.js';
import { type TaskResponse } from '../src/tasks/dto/task.response.js';
import { as, signUp } from './support/factories.js';
import { createTask, readTask } from './support/tasks.js';
import { TestApp } from './support/test-app.js';

const RANDOM_ID = '01890a5d-ac96-774b-bcce-b302099a8057';

const ROUTES = [
  ['get', ''],
  ['patch', '', { title: 'Mine now' }],
  ['patch', '', {}],
  ['delete', ''],
  ['post', '/complete'],
  ['post', '/reopen'],
  ['post', '/snooze', { minutes: 5 }],
] as const;

describe('tasks of another user', () => {
  let app: TestApp;
  let owner: ReturnType<typeof as>;
  let stranger: ReturnType<typeof as>;
  let task: TaskResponse;
  beforeAll(async () => {
    app = await TestApp.start();
    owner = as(app, await signUp(app));
    stranger = as(app, await signUp(app));
    await createTask(owner, { title: 'secret one' });
    task = await createTask(owner, { title: 'secret two', tags: ['private'] });
  });
  afterAll(() => app.stop());

  it.each(ROUTES)('do not exist for %s :ref%s', async (method, action, body = {}) => {
    const answers = [];
    for (const ref of [RANDOM_ID, task.id, String(task.number)]) {
      const { text, status, headers } = await stranger[method](`/api/tasks/${ref}${action}`)
        .set('If-Match', '*')
        .send(body);
      const requestId = headers['x-request-id'] ?? '';
      answers.push({ status, text: text.replaceAll(requestId, '') });
    }
    expect(answers[0]).toMatchObject({
      status: 404,
      text: expect.stringContaining('task_not_found'),
    });
    expect(answers).toEqual(Array(3).fill(answers[0]));
    expect(await readTask(owner, task.id)).toEqual(task);
  });

  it.each(ROUTES)('need a sign-in for %s :ref%s', async (method, action, body = {}) => {
    const { status } = await app.http[method](`/api/tasks/${task.id}${action}`).send(body);
    expect(status).toBe(401);
  });

  it('need a sign-in to be created or listed', async () => {
    await app.http.post('/api/tasks').send({ title: 'x' }).expect(401);
    await app.http.get('/api/tasks').expect(401);
    await app.http.get('/api/tasks/pending').expect(401);
  });

  it.each(['', '?q=secret', '?tag=private', '?status=pending', '?sort=dueDate', '/pending'])(
    'are in no list: %s',
    async (query) => {
      const { body } = await stranger.get(`/api/tasks${query}`).expect(200);
      expect((body as TaskPageResponse).items).toEqual([]);
      expect((await owner.get(`/api/tasks${query}`)).body.items).not.toHaveLength(0);
    },
  );

  it('have numbers of their own', async () => {
    const own = await createTask(stranger, { title: 'Mine' });
    expect(own.number).toBe(1);
    expect((await readTask(stranger, 1)).id).toBe(own.id);
    expect((await readTask(owner, 1)).title).toBe('secret one');
  });
});
