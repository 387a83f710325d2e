import { randomUUID } from 'node:crypto';
import supertest from 'supertest';
import { type TestApp } from './test-app.js';

export interface TestUser {
  user: { id: string; email: string; fullName: string; plan: string };
  email: string;
  password: string;
  accessToken: string;
  refreshToken: string;
  /** The value of the Authorization header. */
  bearer: string;
}

/** Registers a user with an e-mail address nobody else has. */
export async function signUp(
  app: TestApp,
  overrides: { email?: string; password?: string; fullName?: string } = {},
): Promise<TestUser> {
  const registration = {
    email: `${randomUUID()}@example.com`,
    password: 'correct horse battery staple',
    ...overrides,
  };
  const { body } = await app.http.post('/api/auth/register').send(registration).expect(201);
  return { ...registration, ...body, bearer: `Bearer ${body.accessToken as string}` };
}

/** A client that is signed in: `as(app, user).get('/api/tasks')`. */
export function as(app: TestApp, { bearer }: Pick<TestUser, 'bearer'>) {
  return supertest.agent(app.nest.getHttpServer()).set('Authorization', bearer);
}
