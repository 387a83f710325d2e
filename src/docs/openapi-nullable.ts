import { type OpenAPIObject, type ReferenceObject, type SchemaObject } from '@nestjs/swagger';
import { SCHEMA_PREFIX } from './openapi-operations.js';

type Schema = SchemaObject | ReferenceObject;

/**
 * Gives every reference that may be null a schema of its own, `NullableTask` beside `Task`: generators of clients
 * understand `type: [object, "null"]`, but few understand a choice between a reference and null.
 */
export function nameNullableSchemas(document: OpenAPIObject): void {
  const { schemas = {} } = document.components ?? {};
  const names = Object.values(schemas)
    .flatMap(propertiesOf)
    .flatMap((properties) => nameNullable(properties, schemas));
  for (const name of names) {
    if (!isReferredTo(name, document)) Reflect.deleteProperty(schemas, name);
  }
}

/** Returns the names of the schemas that have got a nullable sister. */
function nameNullable(
  properties: Record<string, Schema>,
  schemas: Record<string, Schema>,
): string[] {
  return Object.entries(properties).flatMap(([key, property]) => {
    const { anyOf = [], ...remarks } = property as SchemaObject;
    const name = nullableReference(anyOf);
    if (name === null) return [];
    properties[key] = { $ref: `${SCHEMA_PREFIX}Nullable${name}` };
    schemas[`Nullable${name}`] ??= { ...schemas[name], ...remarks, type: ['object', 'null'] };
    return [name];
  });
}

function propertiesOf(schema: Schema): Record<string, Schema>[] {
  return 'properties' in schema ? [schema.properties] : [];
}

/** The name of the schema in `[{ $ref }, { type: "null" }]`, or null for any other choice. */
function nullableReference(choices: Schema[]): string | null {
  const references = choices.flatMap((choice) => ('$ref' in choice ? [choice.$ref] : []));
  const allowsNull = choices.some((choice) => 'type' in choice && choice.type === 'null');
  return allowsNull ? (references[0]?.slice(SCHEMA_PREFIX.length) ?? null) : null;
}

function isReferredTo(name: string, document: OpenAPIObject): boolean {
  return JSON.stringify(document).includes(`"${SCHEMA_PREFIX}${name}"`);
}
