import { type BenchUser, type PlannedRequest } from './planned-request.js';

interface NamedTask {
  user: BenchUser;
  id: string;
}

export function getTask({ user, id }: NamedTask): PlannedRequest {
  return { method: 'GET', path: `/api/tasks/${id}`, user };
}

/** @param query which page, without the question mark */
export function listTasks(user: BenchUser, query: string): PlannedRequest {
  return { method: 'GET', path: `/api/tasks?${query}`, user };
}

export function bestTask(user: BenchUser): PlannedRequest {
  return { method: 'GET', path: '/api/tasks/best', user };
}

/** @param unique different for every task that is made */
export function createTask(user: BenchUser, unique: number): PlannedRequest {
  const task = {
    title: `Write the report no. ${String(unique)}`,
    description: 'What there is to know about it, in a sentence or two.',
    priority: 1 + (unique % 5),
    dueDate: '2030-01-31T16:00:00.000Z',
    effortEstimateMinutes: 90,
    tags: ['work', 'deep-work'],
  };
  return { method: 'POST', path: '/api/tasks', user, body: JSON.stringify(task) };
}

/** @param unique different for every change of a task, so that each is one */
export function updateTask({ user, id }: NamedTask, unique: number): PlannedRequest {
  const changes = { title: `Review the draft no. ${String(unique)}`, priority: 1 + (unique % 5) };
  return { method: 'PATCH', path: `/api/tasks/${id}`, user, body: JSON.stringify(changes) };
}
