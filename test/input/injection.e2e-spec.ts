import {
  API_INPUTS,
  API_OPERATIONS,
  hasType,
  named,
  pathOf,
  sendInput,
  someOf,
} from '../support/api-inputs.js';
import { as, signUp } from '../support/factories.js';
import { createTask, readTask } from '../support/tasks.js';
import { TestApp } from '../support/test-app.js';

const INJECTIONS = [
  `'; DROP TABLE tasks; --`,
  `' OR '1'='1`,
  `x') OR 1=1 --`,
  `createdAt; DELETE FROM users`,
  `1 UNION SELECT password_hash FROM users`,
  `(SELECT pg_sleep(5))`,
  `$1`,
  `"; TRUNCATE audit_logs; --`,
  `%' ESCAPE '`,
  `\\'; SELECT 1; --`,
  `'::regclass`,
];

const STRINGS = API_INPUTS.filter(
  ({ schema }) => hasType(schema, 'string') || hasType(schema, 'array'),
);
const WITH_REFERENCES = API_OPERATIONS.filter(({ path }) => path.includes('{'));
const LISTS = API_OPERATIONS.filter(({ parameters }) =>
  parameters.some(({ name }) => name === 'cursor'),
);

describe('SQL in what clients send', () => {
  let app: TestApp;
  let client: ReturnType<typeof as>;
  let stranger: ReturnType<typeof as>;
  beforeAll(async () => {
    app = await TestApp.start();
    client = as(app, await signUp(app));
    stranger = as(app, await signUp(app));
    for (const each of [client, stranger]) {
      for (let count = 0; count < 3; count++) await createTask(each);
    }
  });
  afterAll(() => app.stop());

  /** What must be as it was, whoever sent what. */
  async function untouched(): Promise<unknown> {
    const tables = await app.database.query(
      `SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
       AND relname !~ '^audit_logs_' ORDER BY 1`,
    );
    const { body } = await stranger.get('/api/tasks').expect(200);
    return { tables, tasks: body.items };
  }

  it.each(named(STRINGS))('P15 is a text like any other: %s', async (_, field) => {
    const before = await untouched();
    for (const text of someOf(field, INJECTIONS)) {
      const value = field.place === 'query' ? text : JSON.stringify(text);
      const started = performance.now();
      const { status, text: answer } = await sendInput(client, field, value);
      expect({ text, status: status < 500 ? 'fine' : status }).toEqual({ text, status: 'fine' });
      expect(answer).not.toMatch(/argon2|relation|syntax/i);
      expect(performance.now() - started).toBeLessThan(5000);
    }
    expect(await untouched()).toEqual(before);
  });

  it.each(WITH_REFERENCES.map((each) => [each.id, each] as const))(
    'P15 names nothing that is there: %s',
    async (_, operation) => {
      const before = await untouched();
      for (const text of INJECTIONS) {
        const path = pathOf(operation, { ref: text, id: text });
        const { status } = await client[operation.method](path).send();
        expect({ text, status }).toEqual({ text, status: 404 });
      }
      expect(await untouched()).toEqual(before);
    },
  );

  it('P15 is kept as it was written', async () => {
    for (const title of INJECTIONS) {
      const { id } = await createTask(client, { title, description: title, tags: [title] });
      const tags = [title.toLowerCase()];
      expect(await readTask(client, id)).toMatchObject({ title, description: title, tags });
    }
  });

  it.each(LISTS.map(({ path }) => path))(
    'P15 finds no way in through a cursor of %s',
    async (path) => {
      for (const each of [client, stranger]) {
        for (let count = 0; count < 3; count++) await each.get('/api/tasks/best').expect(200);
      }
      const { body } = await client.get(`${path}?limit=1`).expect(200);
      const cursor = String(body.nextCursor);
      await client.get(path).query({ limit: 1, cursor }).expect(200);
      const { body: foreign } = await stranger.get(`${path}?limit=1`).expect(200);
      const bytes = Buffer.from(cursor, 'base64url');
      const position = bytes.subarray(16).toString();
      const forgeries = [
        ...[
          `${cursor}!!`,
          `${cursor}=`,
          `${cursor}A`,
          ` ${cursor}`,
          cursor.slice(0, -1),
          cursor.slice(1),
        ],
        ...[String(foreign.nextCursor), position, bytes.toString('base64'), bytes.toString('hex')],
        Buffer.concat([Buffer.alloc(16), bytes.subarray(16)]).toString('base64url'),
        ...INJECTIONS,
      ].filter((forgery) => forgery !== cursor);
      for (const forgery of forgeries) {
        const { status, body: problem } = await client
          .get(path)
          .query({ limit: 1, cursor: forgery });
        expect({ forgery, status, code: problem.code }).toEqual({
          forgery,
          status: 400,
          code: 'invalid_cursor',
        });
      }
    },
  );
});
