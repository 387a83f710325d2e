import fc from 'fast-check';
import { API_OPERATIONS, type ApiOperation, hasType, type InputSchema } from './api-inputs.js';

/** A request that somebody may send to an operation, rightly or not. */
export interface GeneratedRequest {
  operation: ApiOperation;
  /** Which of the signed-in users sends it; negative for nobody, and for somebody with a false token. */
  user: number;
  path: Record<string, string>;
  query: [name: string, value: string][];
  headers: Record<string, string>;
  body: string | undefined;
}

/** `npm run fuzz` makes more of them. */
export const COUNT = Number(process.env['FUZZ_REQUESTS'] ?? 1000);

export const USERS = 3;
/** Each user has so many at first. */
export const TASKS = 5;

/** Stands for the `nextCursor` that the operation has answered with last. */
export const LAST_CURSOR = 'the last cursor';

const HOSTILE_TEXTS = [
  ...['', ' ', '0', '-1', 'null', 'true', 'NaN', '1e400', '0x10', '٣', '%', '\\', '"', `'`, '`'],
  ...[
    '\0',
    '\ud83d',
    '\ude00\ud83d',
    '\ufeff',
    '\u202e',
    '😀'.repeat(300),
    'e\u0301',
    '\u{10ffff}',
  ],
  ...[`'; DROP TABLE tasks; --`, '${7*7}', '{{7*7}}', '<script>', '../../etc/passwd', '$1', '%00'],
  ...['__proto__', 'constructor', 'toString', '2024-02-30T00:00:00Z', '+275760-09-13T00:00:00Z'],
  ...['infinity', 'now', '2147483648', '9007199254740993', 'x'.repeat(3000), 'a\nb\rc\td'],
];

const HOSTILE_TEXT = fc.oneof(fc.constantFrom(...HOSTILE_TEXTS), fc.string({ unit: 'binary' }));

const HOSTILE_VALUE: fc.Arbitrary<unknown> = fc.oneof(
  HOSTILE_TEXT,
  fc.constantFrom(null, true, false, [], {}, [null], [[]], { a: 1 }, 1.5, -1, 0, 2 ** 31, 2 ** 53),
  fc.double(),
  fc.array(fc.jsonValue({ maxDepth: 2 }), { maxLength: 200 }),
  fc.integer({ min: 1, max: 60 }).map((depth) => nested(depth)),
);

const MOMENT = fc.date({
  min: new Date('1970-01-02T00:00:00Z'),
  max: new Date('2199-12-30T00:00:00Z'),
  noInvalidDate: true,
});

const ofFormat: Partial<Record<string, fc.Arbitrary<string>>> = {
  'date-time': MOMENT.map((date) => date.toISOString()),
  date: MOMENT.map((date) => date.toISOString().slice(0, 10)),
  uuid: fc.uuid(),
};

const REFERENCE = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 1, max: 2 * TASKS }).map(String) },
  { weight: 1, arbitrary: fc.uuid() },
  { weight: 1, arbitrary: HOSTILE_TEXT.filter((text) => !/^\.{0,2}$/.test(text)) },
);

/** Requests to every operation; rarer those that hash a password, or take away what the others need. */
export const REQUESTS: fc.Arbitrary<GeneratedRequest> = fc.oneof(
  ...API_OPERATIONS.map((operation) => ({
    weight: isRare(operation) ? 1 : 8,
    arbitrary: requestTo(operation),
  })),
);

function isRare({ id, fields }: ApiOperation): boolean {
  const isCostly = Object.keys(fields).some((name) => /password/i.test(name));
  return isCostly || ['deleteTask', 'revokeSessions'].includes(id);
}

function requestTo(operation: ApiOperation): fc.Arbitrary<GeneratedRequest> {
  const placed = (place: string) => operation.parameters.filter((each) => each.in === place);
  const query = placed('query').map(({ name, schema }) =>
    fc
      .oneof(
        { weight: 12, arbitrary: fc.constant([]) },
        { weight: 6, arbitrary: queryOf(name, schema as InputSchema) },
        { weight: 1, arbitrary: HOSTILE_TEXT.map((text) => [text]) },
      )
      .map((values) => values.map((value): [string, string] => [name, value])),
  );
  const extra = fc.oneof(
    { weight: 9, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.tuple(HOSTILE_TEXT, HOSTILE_TEXT).map((pair) => [pair]) },
  );
  return fc.record({
    operation: fc.constant({ ...operation, [fc.toStringMethod]: () => operation.id }),
    user: fc
      .integer({ min: -2, max: 5 * USERS })
      .map((number) => (number < 0 ? number : number % USERS)),
    path: fc.record(Object.fromEntries(placed('path').map(({ name }) => [name, REFERENCE]))),
    query: fc.tuple(...query, extra).map((parts) => parts.flat()),
    headers: headersOf(operation),
    body: bodyOf(operation),
  });
}

function queryOf(name: string, schema: InputSchema): fc.Arbitrary<string[]> {
  if (name === 'cursor') return fc.constant([LAST_CURSOR]);
  const texts = valid(schema.items ?? schema).map((value) => String(value));
  return fc.array(texts, { minLength: 1, maxLength: schema.items ? 3 : 1 });
}

function headersOf({ parameters }: ApiOperation): fc.Arbitrary<Record<string, string>> {
  const tags = fc.constantFrom(
    '*',
    '"1"',
    '"2"',
    'W/"1"',
    '1',
    '',
    '"1", "2"',
    '"x',
    '"99999999999"',
  );
  const names = parameters.filter(({ in: place }) => place === 'header').map(({ name }) => name);
  const chosen = fc.record(Object.fromEntries(names.map((name) => [name, tags])));
  return fc.boolean().chain((isSent) => (isSent ? chosen : fc.constant({})));
}

function bodyOf({ method, fields, required }: ApiOperation): fc.Arbitrary<string | undefined> {
  if (method === 'get') return fc.constant(undefined);
  const members = Object.entries(fields).map(([name, schema]) => [
    name,
    fc.oneof({ weight: 24, arbitrary: valid(schema) }, { weight: 1, arbitrary: HOSTILE_VALUE }),
  ]);
  const record = fc.record(Object.fromEntries(members) as Record<string, fc.Arbitrary<unknown>>, {
    requiredKeys: required,
  });
  const object = record.map((value) => JSON.stringify(value));
  return fc.oneof(
    { weight: 14, arbitrary: object },
    { weight: 1, arbitrary: fc.tuple(object, fc.nat(99)).map(([text, end]) => text.slice(0, end)) },
    { weight: 1, arbitrary: HOSTILE_VALUE.map((value) => JSON.stringify(value)) },
    {
      weight: 1,
      arbitrary: fc.dictionary(HOSTILE_TEXT, HOSTILE_VALUE).map((value) => JSON.stringify(value)),
    },
    { weight: 1, arbitrary: fc.constant(undefined) },
  );
}

/** What the schema allows, or nearly. */
function valid(schema: InputSchema): fc.Arbitrary<unknown> {
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.items) return fc.array(valid(schema.items), { maxLength: 5 });
  const some = hasType(schema, 'null') ? [fc.constant(null)] : [];
  return fc.oneof(...some, ofType(schema));
}

function ofType(schema: InputSchema): fc.Arbitrary<unknown> {
  if (hasType(schema, 'integer')) {
    return fc.integer({ min: schema.minimum ?? 0, max: schema.maximum ?? 100 });
  }
  if (hasType(schema, 'boolean')) return fc.boolean();
  return ofFormat[schema.format ?? ''] ?? textOf(schema);
}

function textOf({ minLength = 0, maxLength = 60, example = 'x' }: InputSchema) {
  const text = fc.string({ unit: 'grapheme', minLength, maxLength: Math.min(maxLength, 60) });
  return fc.oneof(text, fc.constant(example));
}

function nested(depth: number): unknown {
  return depth === 0 ? 1 : [nested(depth - 1)];
}
