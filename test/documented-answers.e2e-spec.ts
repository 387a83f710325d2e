import { API_INPUTS, API_OPERATIONS, sendInput } from './support/api-inputs.js';
import { type Answer, DocumentedAnswers } from './support/documented-answers.js';
import { aVisit, REQUESTS, type Visit } from './support/operation-requests.js';
import { createTask, inMinutes } from './support/tasks.js';
import { TestApp } from './support/test-app.js';

const SUCCESSES = API_OPERATIONS.flatMap((operation) => {
  const request = REQUESTS[operation.id];
  return request ? [[operation.id, operation, request] as const] : [];
});

const CHOICES = API_INPUTS.filter(({ place }) => place === 'query').flatMap((input) =>
  ((input.schema.items ?? input.schema).enum ?? []).map(
    (choice) => [input.operation.id, `${input.name}=${String(choice)}`, input, choice] as const,
  ),
);

describe('the answer of an operation', () => {
  const answers = new DocumentedAnswers();
  let app: TestApp;
  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.stop());

  it.each(SUCCESSES)('P20 is as documented from %s', async (_, operation, request) => {
    const answer = (await request(await aVisit(app))) as Answer;
    expect(answer.status).toBeLessThan(300);
    expect(answers.complaint(operation, answer)).toBeNull();
  });

  describe('with each choice of a parameter', () => {
    let client: Visit['client'];
    beforeAll(async () => {
      ({ client } = await aVisit(app));
      const { id: completed } = await createTask(client);
      await client.post(`/api/tasks/${completed}/complete`).expect(200);
      await createTask(client, { snoozedUntil: inMinutes(60) });
      await createTask(client, { status: 'in_progress' });
      await client.get('/api/tasks/404').expect(404);
    });

    it.each(CHOICES)('P20 is as documented from %s with %s', async (_, __, input, choice) => {
      const answer = await sendInput(client, input, String(choice));
      expect(answer.status).toBe(200);
      expect(answers.complaint(input.operation, answer)).toBeNull();
    });
  });
});
