import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { type OpenAPIObject, type ResponseObject } from '@nestjs/swagger';
import { openApiJson } from '../src/cli/openapi-json.js';
import { operationsOf } from '../src/docs/openapi-operations.js';
import { Operations } from '../src/http/operations.js';
import { TestApp } from './support/test-app.js';

const LINT_TIMEOUT_MS = 60_000;

/** Those that OpenAPI or JSON Schema define and client generators know. */
const KNOWN_FORMATS = ['date', 'date-time', 'email', 'uri', 'uri-reference', 'uuid'];

const text = readFileSync('openapi.json', 'utf8');
const document = JSON.parse(text) as OpenAPIObject;
const operations = operationsOf(document);

/** Every object within the document, with the name under which it is found. */
function* objectsIn(node: unknown, name = ''): Generator<[string, Record<string, unknown>]> {
  if (typeof node !== 'object' || node === null) return;
  if (!Array.isArray(node)) yield [name, node as Record<string, unknown>];
  for (const [key, value] of Object.entries(node)) {
    if (!['example', 'examples'].includes(key)) yield* objectsIn(value, key);
  }
}

function isNovel({ type, ...schema }: Record<string, unknown>): boolean {
  const isNullableType = Array.isArray(type) && type.length === 2 && type[1] === 'null';
  return [
    type === 'null',
    typeof type === 'object' && !isNullableType,
    ['const', 'nullable', '$defs', 'prefixItems'].some((key) => key in schema),
    Array.isArray(schema['examples']),
    typeof (schema['exclusiveMinimum'] ?? schema['exclusiveMaximum']) === 'number',
    '$ref' in schema && Object.keys(schema).length > 1,
  ].includes(true);
}

describe('the OpenAPI document', () => {
  it('is what the code says (else run `npm run build && npm run openapi`)', async () => {
    expect(JSON.parse(await openApiJson())).toEqual(document);
    expect(await openApiJson()).toBe(text);
  });

  it(
    'passes the recommended rules of Redocly without a warning',
    async () => {
      const { stdout } = await promisify(execFile)(
        process.execPath,
        ['node_modules/@redocly/cli/bin/cli.js', 'lint', 'openapi.json', '--format=json'],
        { env: { REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' } },
      ).catch((error: unknown) => error as { stdout: string });
      expect(JSON.parse(stdout.slice(stdout.indexOf('{')))).toMatchObject({
        totals: { errors: 0, warnings: 0, ignored: 0 },
        problems: [],
      });
    },
    LINT_TIMEOUT_MS,
  );

  it('is served as it is', async () => {
    const app = await TestApp.start();
    try {
      const { status, headers, text: served } = await app.http.get('/api/openapi.json');
      expect(status).toBe(200);
      expect(headers['content-type']).toBe('application/json; charset=utf-8');
      expect(served).toBe(text);
    } finally {
      await app.stop();
    }
  });

  it('describes every recorded operation, and each once', async () => {
    const app = await TestApp.start();
    const expected = app.nest
      .get(Operations)
      .all()
      .filter(({ isRecorded }) => isRecorded)
      .map(({ id }) => id);
    await app.stop();
    const described = operations.map(({ operationId }) => operationId);
    expect(described).toEqual(expect.arrayContaining(expected));
    expect(new Set(described).size).toBe(described.length);
  });

  it.each(operations.map((operation) => [operation.operationId, operation] as const))(
    'says of %s what it does',
    (_, { summary, tags }) => {
      expect(summary?.length).toBeGreaterThan(0);
      expect(summary?.length).toBeLessThanOrEqual(300);
      const known = document.tags?.map(({ name }) => name);
      expect(known).toEqual(expect.arrayContaining(tags ?? ['none']));
    },
  );

  it.each(operations.map((operation) => [operation.operationId, operation] as const))(
    'says of %s how it can fail',
    (_, { requestBody, security = [], responses }) => {
      const isPrivate = security.some((way) => 'bearer' in way);
      const expected = [
        '500',
        ...(requestBody ? ['400', '413', '415'] : []),
        ...(isPrivate ? ['401', '429', '503'] : []),
      ];
      expect(Object.keys(responses)).toEqual(expect.arrayContaining(expected));
    },
  );

  it.each(operations.map((operation) => [operation.operationId, operation] as const))(
    'shows an example of every body of %s',
    (_, { requestBody, responses }) => {
      const bodies = [requestBody, ...Object.values(responses)] as (ResponseObject | undefined)[];
      const contents = bodies.flatMap((body) => Object.values(body?.content ?? {}));
      const incomplete = contents.filter(
        ({ schema, example, examples }) =>
          schema === undefined || (example ?? examples) === undefined,
      );
      expect(incomplete).toEqual([]);
    },
  );

  it('tells problems apart by code', () => {
    const unauthorized = document.paths['/api/preferences']?.get?.responses[
      '401'
    ] as ResponseObject;
    const problem = unauthorized.content?.['application/problem+json'];
    expect(problem?.schema).toEqual({ $ref: '#/components/schemas/Problem' });
    expect(Object.keys(problem?.examples ?? {})).toEqual(['unauthorized', 'invalid_token']);
  });

  it('uses of what OpenAPI 3.1 added only types that allow null', () => {
    const novelties = [...objectsIn(document)].filter(
      ([name, schema]) => name !== 'properties' && isNovel(schema),
    );
    expect(novelties).toEqual([]);
    expect(document.openapi).toBe('3.1.0');
  });

  it('uses no format that a client might not know', () => {
    const formats = [...objectsIn(document)].flatMap(([name, { format }]) =>
      name !== 'properties' && typeof format === 'string' ? [format] : [],
    );
    expect(KNOWN_FORMATS).toEqual(expect.arrayContaining([...new Set(formats)]));
  });
});
