import {
  type MediaTypeObject,
  type OpenAPIObject,
  type ReferenceObject,
  type SchemaObject,
} from '@nestjs/swagger';
import { operationsOf, SCHEMA_PREFIX } from './openapi-operations.js';

type Schema = SchemaObject | ReferenceObject;
type Schemas = Record<string, Schema>;

/** A body in which no field is required may be left out as a whole. */
export function relaxBodies(document: OpenAPIObject): void {
  const schemas = document.components?.schemas ?? {};
  for (const { operationId, requestBody } of operationsOf(document)) {
    for (const { schema = {} } of contentsOf(requestBody)) {
      const { required = [] } = resolved(schema, schemas, operationId);
      Object.assign(requestBody ?? {}, { required: required.length > 0 });
    }
  }
}

/** Shows for every body an example that is put together from those of its fields. */
export function addExamples(document: OpenAPIObject): void {
  const schemas = document.components?.schemas ?? {};
  for (const { operationId, requestBody, responses } of operationsOf(document)) {
    for (const media of [requestBody, ...Object.values(responses)].flatMap(contentsOf)) {
      const isShown = media.example !== undefined || media.examples !== undefined;
      if (media.schema && !isShown) media.example = exampleOf(media.schema, schemas, operationId);
    }
  }
}

function contentsOf(body: object | undefined): MediaTypeObject[] {
  const { content } = (body ?? {}) as { content?: Record<string, MediaTypeObject> };
  return Object.values(content ?? {});
}

/** @throws Error that names the field without an example */
function exampleOf(given: Schema, schemas: Schemas, path: string): unknown {
  const schema = resolved(given, schemas, path);
  if (schema.example !== undefined) return schema.example as unknown;
  const [only] = schema.allOf ?? [];
  if (only) return exampleOf(only, schemas, path);
  if (schema.items) return [exampleOf(schema.items, schemas, path)];
  if (schema.properties === undefined) throw new Error(`${path} has no example`);
  return Object.fromEntries(
    Object.entries(schema.properties).map(([name, property]) => [
      name,
      exampleOf(property, schemas, `${path}.${name}`),
    ]),
  );
}

function resolved(schema: Schema, schemas: Schemas, path: string): SchemaObject {
  if (!('$ref' in schema)) return schema;
  const target = schemas[schema.$ref.slice(SCHEMA_PREFIX.length)];
  if (!target) throw new Error(`${path}: ${schema.$ref} is not described`);
  return resolved(target, schemas, path);
}
