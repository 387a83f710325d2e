import { type TaskResponse } from '../../src/tasks/dto/task.response.js';
import { type as } from './factories.js';

type Client = ReturnType<typeof as>;

/** Creates a task and returns it as it was answered. */
export async function createTask(client: Client, fields: object = {}): Promise<TaskResponse> {
  const response = await client.post('/api/tasks').send({ title: 'Water the plants', ...fields });
  expect(response.status).toBe(201);
  return response.body as TaskResponse;
}

export async function readTask(client: Client, ref: string | number): Promise<TaskResponse> {
  const response = await client.get(`/api/tasks/${String(ref)}`);
  expect(response.status).toBe(200);
  return response.body as TaskResponse;
}

/** The answers to so many changes at once, each of which expects the first version of the task. */
export function raceForFirstChange(client: Client, id: string, contestants: number) {
  const titles = Array.from({ length: contestants }, (_, index) => `Try ${String(index)}`);
  return Promise.all(
    titles.map((title) => client.patch(`/api/tasks/${id}`).set('If-Match', '"1"').send({ title })),
  );
}

/** A moment so many minutes from now. */
export function inMinutes(minutes: number): string {
  return new Date(Date.now() + minutes * 60_000).toISOString();
}
