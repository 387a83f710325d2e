import { readFileSync } from 'node:fs';
import {
  type OpenAPIObject,
  type OperationObject,
  type ParameterObject,
  type RequestBodyObject,
} from '@nestjs/swagger';
import { type as } from './factories.js';

/** As much of a JSON Schema as the OpenAPI document uses for input. */
export interface InputSchema {
  type?: string | string[];
  format?: string;
  enum?: unknown[];
  pattern?: string;
  example?: unknown;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  items?: InputSchema;
  maxItems?: number;
  properties?: Record<string, InputSchema>;
  required?: string[];
  $ref?: string;
}

/** One operation of the OpenAPI document, with everything that a client may send to it. */
export interface ApiOperation {
  id: string;
  method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** With its parameters, as `/api/tasks/{ref}`. */
  path: string;
  parameters: ParameterObject[];
  /** Of the body; empty when it takes none. */
  fields: Record<string, InputSchema>;
  required: string[];
}

/** A field of a body or a parameter of a query. */
export interface ApiInput {
  operation: ApiOperation;
  place: 'query' | 'body';
  name: string;
  schema: InputSchema;
}

export const openApi = JSON.parse(readFileSync('openapi.json', 'utf8')) as OpenAPIObject;

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

export const API_OPERATIONS: ApiOperation[] = Object.entries(openApi.paths).flatMap(
  ([path, item]) =>
    METHODS.flatMap((method) => {
      const described = item[method];
      return described ? [operationOf(method, path, described)] : [];
    }),
);

/** Every field of every body and every parameter of every query that there is. */
export const API_INPUTS: ApiInput[] = API_OPERATIONS.flatMap((operation) => [
  ...operation.parameters
    .filter((parameter) => parameter.in === 'query')
    .map(({ name, schema }) => input(operation, 'query', name, schema as InputSchema)),
  ...Object.entries(operation.fields).map(([name, schema]) =>
    input(operation, 'body', name, schema),
  ),
]);

export function hasType({ type }: InputSchema, wanted: string): boolean {
  return Array.isArray(type) ? type.includes(wanted) : type === wanted;
}

/** Names for the tables of `it.each`: `updateTask body priority`. */
export function named(inputs: ApiInput[]): [string, ApiInput][] {
  return inputs.map((each) => [`${each.operation.id} ${each.place} ${each.name}`, each]);
}

/** All of these values, or two where each is hashed at great cost. */
export function someOf<T>({ name }: ApiInput, values: T[]): T[] {
  return /password/i.test(name) ? values.slice(0, 2) : values;
}

/** What the operation needs at least, from its examples. */
export function smallestBody({ fields, required }: ApiOperation): Record<string, unknown> {
  return Object.fromEntries(required.map((name) => [name, fields[name]?.example]));
}

/** The path with `values` in place of its parameters. */
export function pathOf({ path }: ApiOperation, values: Record<string, string> = {}): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? '1'));
}

/**
 * Sends one input with everything else as it should be.
 *
 * @param value text in a query; JSON text in a body
 */
export function sendInput(
  client: ReturnType<typeof as>,
  { operation, place, name }: ApiInput,
  value: string,
) {
  const path = pathOf(operation);
  if (place === 'query') {
    return client[operation.method](`${path}?${name}=${encodeURIComponent(value)}`);
  }
  const others = Object.entries(smallestBody(operation)).filter(([key]) => key !== name);
  const members = others.map(([key, item]) => `${jsonOf(key)}:${jsonOf(item)}`);
  const body = `{${[...members, `${jsonOf(name)}:${value}`].join()}}`;
  return client[operation.method](path).type('json').send(body);
}

function jsonOf(value: unknown): string {
  return JSON.stringify(value);
}

function operationOf(
  method: ApiOperation['method'],
  path: string,
  { operationId = '', parameters = [], requestBody }: OperationObject,
): ApiOperation {
  const { content } = (requestBody ?? { content: {} }) as RequestBodyObject;
  const { properties, required } = resolved(content['application/json']?.schema);
  return {
    id: operationId,
    method,
    path,
    parameters: parameters as ParameterObject[],
    fields: properties ?? {},
    required: required ?? [],
  };
}

function input(
  operation: ApiOperation,
  place: ApiInput['place'],
  name: string,
  schema: InputSchema,
): ApiInput {
  return { operation, place, name, schema: resolved(schema) };
}

function resolved(schema: InputSchema = {}): InputSchema {
  if (schema.$ref === undefined) return schema;
  const name = schema.$ref.replace('#/components/schemas/', '');
  return openApi.components?.schemas?.[name] as InputSchema;
}
