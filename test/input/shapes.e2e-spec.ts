import { API_INPUTS, hasType, named, sendInput } from '../support/api-inputs.js';
import { as, signUp } from '../support/factories.js';
import { TestApp } from '../support/test-app.js';

const MAX_REFUSAL_MS = 20;
const REPETITIONS = 5;

const LISTS = API_INPUTS.filter(({ schema }) => hasType(schema, 'array'));

const MONSTERS: Record<string, string> = {
  '33 levels': `{"title":${'['.repeat(32)}1${']'.repeat(32)}}`,
  '30,000 levels': `{"title":${'['.repeat(30_000)}${']'.repeat(30_000)}}`,
  '8,000 levels of objects': `${'{"a":'.repeat(8000)}1${'}'.repeat(8000)}`,
  'thousands of tags': JSON.stringify({ title: 'x', tags: Array.from({ length: 5000 }, String) }),
  'thousands of empty tags': `{"title":"x","tags":[${'"",'.repeat(20_000)}""]}`,
  'thousands of unknown fields': `{${Array.from({ length: 4000 }, (_, i) => `"f${String(i)}":1`).join()}}`,
  'thousands of lists': `{"title":"x","tags":[${'[],'.repeat(20_000)}[]]}`,
};

const QUERIES: Record<string, string> = {
  'thousands of unknown fields': Array.from({ length: 2500 }, (_, i) => `f${String(i)}`).join('&'),
  'thousands of tags': Array.from({ length: 1800 }, (_, i) => `tag=${String(i)}`).join('&'),
  'thousands of cursors': 'cursor=x&'.repeat(1800),
};

describe('the shape of what is sent', () => {
  let app: TestApp;
  let client: ReturnType<typeof as>;
  beforeAll(async () => {
    app = await TestApp.start();
    client = as(app, await signUp(app));
  });
  afterAll(() => app.stop());

  it.each(Object.entries(MONSTERS))(
    'P04 is refused in less than 20 ms: %s',
    async (_, document) => {
      const durations: number[] = [];
      for (let count = 0; count < REPETITIONS; count++) {
        const { status, headers, body } = await client
          .post('/api/tasks')
          .type('json')
          .send(document);
        expect({ status, code: body.code }).toEqual({ status: 400, code: 'validation_failed' });
        durations.push(await durationOf(headers['x-request-id']));
      }
      expect(Math.min(...durations)).toBeLessThan(MAX_REFUSAL_MS);
    },
  );

  it.each(Object.entries(QUERIES))('P04 is refused as quickly in a query: %s', async (_, query) => {
    const durations: number[] = [];
    for (let count = 0; count < REPETITIONS; count++) {
      const { status, headers } = await client.get(`/api/tasks?${query}`);
      expect(status).toBe(400);
      durations.push(await durationOf(headers['x-request-id']));
    }
    expect(Math.min(...durations)).toBeLessThan(MAX_REFUSAL_MS);
  });

  it('P04 may have 32 levels', async () => {
    const document = `{"title":${'['.repeat(31)}1${']'.repeat(31)}}`;
    const { body } = await client.post('/api/tasks').type('json').send(document).expect(400);
    expect(body.errors).toEqual([{ path: 'title', message: expect.stringContaining('a text') }]);
  });

  it.each(named(LISTS))('P04 is no list of too many: %s', async (_, field) => {
    const many = Array.from({ length: 150 }, (_item, index) => `item${String(index)}`);
    const path = `/api/tasks${field.operation.id === 'getBestTask' ? '/best' : ''}`;
    const { status, body } = await (field.place === 'body'
      ? sendInput(client, field, JSON.stringify(many))
      : client.get(path).query({ [field.name]: many }));
    expect({ status, code: body.code, path: body.errors?.[0].path }).toEqual({
      status: 400,
      code: 'validation_failed',
      path: field.name,
    });
  });

  /** From the arrival of a request to its refusal, as the record has it. */
  async function durationOf(id: string | undefined): Promise<number> {
    const [row] = await app.database.query<{ ms: number }>(
      'SELECT request_duration_ms AS ms FROM audit_logs WHERE id = $1',
      [id],
    );
    return row?.ms ?? NaN;
  }
});
