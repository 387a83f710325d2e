import {
  API_INPUTS,
  API_OPERATIONS,
  type ApiInput,
  hasType,
  named,
  sendInput,
  smallestBody,
  pathOf,
} from '../support/api-inputs.js';
import { as, signUp } from '../support/factories.js';
import { createTask } from '../support/tasks.js';
import { TestApp } from '../support/test-app.js';

const NUMBERS = API_INPUTS.filter(
  ({ schema }) => hasType(schema, 'integer') || hasType(schema, 'number'),
);
const LISTS_OF_NUMBERS = API_INPUTS.filter(({ schema }) => hasType(schema.items ?? {}, 'integer'));
const MOMENTS = API_INPUTS.filter(({ schema }) => schema.format === 'date-time');
const DAYS = API_INPUTS.filter(({ schema }) => schema.format === 'date');
const OF_BODIES = API_INPUTS.filter(({ place }) => place === 'body');

const BAD_NUMBERS = {
  query: ['0x10', '1e2', ' 5', '5 ', '+5', '-1', '2147483648', 'NaN', 'Infinity', '1.5', '٣', ''],
  body: ['1.5', '9007199254740993', '1e400', '-1', '"3"', 'true', '[3]', '{}', '""'],
};

const BAD_DAYS = [
  ...['2024-02-30', '2023-02-29', '2024-W10-1', '2024-100', '20240101', '0000-01-01', '1969-12-31'],
  ...['2200-01-01', '275760-09-13', '+275760-09-13', 'infinity', 'now', 'today', '', ' ', '1'],
];
const BAD_MOMENTS = [
  ...BAD_DAYS.map((day) => `${day}T00:00:00Z`),
  ...['infinity', '-infinity', 'now', 'epoch', '', '1700000000', '2024-01-01', '20240101T000000Z'],
  ...['2024-01-01T00:00:00', '2024-01-01T24:00:00Z', '2024-01-01T00:60:00Z', '2024-01-01T00:00Z'],
  ...['2024-01-01T00:00:00+24:00', '2024-01-01T00:00:00Z[UTC]', ' 2024-01-01T00:00:00Z'],
  ...['1970-01-01T00:00:00+00:01', '2199-12-31T23:59:59-00:01'],
];

describe('the fields of every operation', () => {
  let app: TestApp;
  let client: ReturnType<typeof as>;
  beforeAll(async () => {
    app = await TestApp.start();
    const user = await signUp(app);
    client = as(app, user);
    await createTask(client);
  });
  afterAll(() => app.stop());

  async function expectRefused(field: ApiInput, value: string): Promise<void> {
    const { status, body } = await sendInput(client, field, value);
    const paths = (body.errors as { path: string }[] | undefined)?.map(({ path }) => path);
    expect({ value, status, code: body.code, paths }).toEqual({
      value,
      status: 400,
      code: 'validation_failed',
      paths: expect.arrayContaining([expect.stringMatching(new RegExp(`^${field.name}(\\.|$)`))]),
    });
  }

  it.each(named(NUMBERS))('P10 refuse what is no number of theirs: %s', async (_, field) => {
    for (const bad of BAD_NUMBERS[field.place]) await expectRefused(field, bad);
  });

  it.each(named(LISTS_OF_NUMBERS))('P10 refuse it in lists as well: %s', async (_, field) => {
    for (const bad of BAD_NUMBERS.body) await expectRefused(field, `[1,${bad}]`);
  });

  it.each(named(MOMENTS))('P11 refuse what is no moment: %s', async (_, field) => {
    for (const bad of BAD_MOMENTS) {
      await expectRefused(field, field.place === 'query' ? bad : JSON.stringify(bad));
    }
  });

  it.each(named(DAYS))('P11 refuse what is no day: %s', async (_, field) => {
    for (const bad of [...BAD_DAYS, '2024-01-01T00:00:00Z']) await expectRefused(field, bad);
  });

  it.each(named([...MOMENTS, ...DAYS]))('P11 are good from 1970 to 2199: %s', async (_, field) => {
    const task = await createTask(client, { tags: ['work'], dueDate: '2199-12-31T23:59:59Z' });
    await createTask(client, { tags: ['work'], dueDate: '1970-01-01T00:00:00Z' });
    await client.post(`/api/tasks/${task.id}/complete`).expect(200);
    for (const day of ['1970-01-01', '2024-02-29', '2199-12-31']) {
      const text = field.schema.format === 'date' ? day : `${day}T12:00:00Z`;
      const value = field.place === 'query' ? text : JSON.stringify(text);
      const { body } = await sendInput(client, field, value);
      expect(body).not.toMatchObject({
        errors: [{ message: expect.stringMatching(/must be a (moment|day)/) }],
      });
      expect(body).not.toMatchObject({ detail: 'A value is out of its bounds.' });
    }
  });

  it.each(named(OF_BODIES.filter(({ schema }) => !hasType(schema, 'null'))))(
    'P13 refuse null where nothing can be cleared: %s',
    (_, field) => expectRefused(field, 'null'),
  );

  it.each(named(OF_BODIES.filter(({ schema }) => hasType(schema, 'null'))))(
    'P13 take null where something can be cleared: %s',
    async (_, field) => {
      const { status, body } = await sendInput(client, field, 'null');
      expect({ status: Math.floor(status / 100), body }).toMatchObject({ status: 2 });
      const cleared = field.operation.id === 'register' ? body.user : body;
      expect([null, '']).toContain(cleared[field.name]);
    },
  );

  it('P10 P11 P13 are found, all of them', () => {
    expect(NUMBERS.length).toBeGreaterThan(20);
    expect(MOMENTS.length).toBeGreaterThan(10);
    expect(DAYS.length).toBeGreaterThan(0);
    expect(OF_BODIES.length).toBeGreaterThan(30);
  });

  it.each(
    API_OPERATIONS.filter(({ method }) => method !== 'get').map((each) => [each.id, each] as const),
  )('P14 are no columns of the database but what is declared: %s', async (_, operation) => {
    const before = await rows();
    const undeclared = (await columns()).filter((name) => !(name in operation.fields));
    const extra = Object.fromEntries(undeclared.map((name) => [name, 1]));
    const { status, body } = await client[operation.method](pathOf(operation)).send({
      ...smallestBody(operation),
      ...extra,
    });
    const paths = (body.errors as { path: string }[]).map(({ path }) => path);
    expect({ status, paths }).toEqual({ status: 400, paths: expect.arrayContaining(undeclared) });
    expect(await rows()).toEqual(before);
  });

  /** Every column of the tables that belong to users, as SQL and as JSON spell it. */
  async function columns(): Promise<string[]> {
    const found = await app.database.query<{ name: string }>(
      `SELECT DISTINCT column_name AS name FROM information_schema.columns
       WHERE table_schema = 'public' AND table_name !~ '^(audit|migrations)'`,
    );
    const camel = (name: string) =>
      name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
    return [...new Set(found.flatMap(({ name }) => [name, camel(name)])), 'isCompleted', 'score'];
  }

  async function rows(): Promise<unknown> {
    const tables = ['users', 'tasks', 'user_preferences', 'sessions'];
    return Promise.all(
      tables.map((table) => app.database.query(`SELECT * FROM ${table} ORDER BY 1, 2`)),
    );
  }
});
