import fc from 'fast-check';
import {
  API_INPUTS,
  type ApiInput,
  hasType,
  named,
  sendInput,
  someOf,
} from '../support/api-inputs.js';
import { as, signUp } from '../support/factories.js';
import { createTask, readTask } from '../support/tasks.js';
import { TestApp } from '../support/test-app.js';

/** What is counted wrongly by whoever counts UTF-16 units, bytes or what a reader sees. */
const UNITS = {
  'a letter': 'a',
  'an emoji': '😀',
  'a combining mark': '\u0301',
  'a variation selector': '\ufe0f',
  'a letter from right to left': 'ש',
  'a mark of direction': '\u202e',
  'a zero-width joiner': '\u200d',
  'the last code point': '\u{10ffff}',
};

const TEXTS = API_INPUTS.filter(
  ({ schema }) =>
    hasType(schema, 'string') && schema.maxLength !== undefined && schema.format !== 'email',
);
/** Those that mean nothing to anybody but people. */
const FREE_TEXTS = TEXTS.filter(({ name }) => !['action', 'cursor', 'timezone'].includes(name));

/** Texts that are kept as they are: neither trimmed nor lower-cased. */
const KEPT = fc
  .string({
    unit: fc.oneof(
      fc.constantFrom(...Object.values(UNITS), '👩‍👩‍👧', '\u200b', '"', '\\', '\u0001', 'شكر'),
      fc.constantFrom("'", '%', '\u2028', '</script>', '{{x}}', '\u007f'),
    ),
    minLength: 1,
    maxLength: 40,
  })
  .map((text) => `<${text}>`);

describe('the texts of every operation', () => {
  let app: TestApp;
  let client: ReturnType<typeof as>;
  beforeAll(async () => {
    app = await TestApp.start();
    client = as(app, await signUp(app));
    await createTask(client);
  });
  afterAll(() => app.stop());

  /** Whether validation has something against the text in this field. */
  async function isRefused(field: ApiInput, text: string): Promise<boolean> {
    const value = field.place === 'query' ? text : JSON.stringify(text);
    const { body } = await sendInput(client, field, value);
    const errors = (body.code === 'validation_failed' ? body.errors : []) as { path: string }[];
    return errors.some(({ path }) => path === field.name);
  }

  it.each(named(FREE_TEXTS))('P12 are as long as their code points: %s', async (_, field) => {
    const { maxLength = 0 } = field.schema;
    for (const [name, unit] of someOf(field, Object.entries(UNITS))) {
      const judged = [
        await isRefused(field, unit.repeat(maxLength)),
        await isRefused(field, unit.repeat(maxLength + 1)),
      ];
      expect([name, ...judged]).toEqual([name, false, true]);
    }
  });

  it.each(named(TEXTS))('P03 hold nothing that PostgreSQL cannot store: %s', async (_, field) => {
    expect(await isRefused(field, 'a\0b')).toBe(true);
  });

  it('P12 are found, all of them', () => {
    expect(TEXTS.length).toBeGreaterThan(15);
  });

  it('P12 of a task come back byte for byte, created, changed and read', async () => {
    await fc.assert(
      fc.asyncProperty(KEPT, fc.array(KEPT, { maxLength: 5 }), async (text, texts) => {
        const tags = [
          ...new Set(
            texts
              .map((tag) => tag.toLowerCase().slice(0, 25).trim())
              .filter((tag) => tag !== '' && tag.isWellFormed()),
          ),
        ];
        const fields = { title: text, description: text, tags };
        const created = await createTask(client, fields);
        expect(created).toMatchObject(fields);
        const other = await createTask(client, { title: 'x' });
        const { body } = await client.patch(`/api/tasks/${other.id}`).send(fields).expect(200);
        expect(body).toMatchObject(fields);
        expect(await readTask(client, other.id)).toMatchObject(fields);
        const listed = await client.get('/api/tasks').query({ tag: tags, limit: 2 }).expect(200);
        const items = listed.body.items as { title: string }[];
        expect(items.map(({ title }) => title)).toContain(text);
      }),
      { numRuns: 15 },
    );
  }, 30_000);

  it('P12 of a user come back byte for byte, registered and changed', async () => {
    await fc.assert(
      fc.asyncProperty(KEPT, KEPT, async (first, second) => {
        const user = await signUp(app, { fullName: first });
        expect(user.user.fullName).toBe(first);
        const { body } = await as(app, user).patch('/api/users/me').send({ fullName: second });
        expect(body.fullName).toBe(second);
        expect((await as(app, user).get('/api/users/me')).body.fullName).toBe(second);
      }),
      { numRuns: 3 },
    );
  }, 30_000);
});
