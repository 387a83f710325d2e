import { type OpenAPIObject, type ReferenceObject, type SchemaObject } from '@nestjs/swagger';
import { SCHEMA_PREFIX } from './openapi-operations.js';

type Schema = SchemaObject | ReferenceObject;

/**
 * Gives every reference that may be null a schema of its own, `NullableTask` beside `Task`: generators of clients
 * understand `type: [object, "null"]`, but few understand a choice between a reference and null.
 */
export function nameNullableSchemas(document: OpenAPIObject): void {
  const schemas = document.components?.schemas ?? {};
  for (const property of Object.values(schemas).flatMap(propertiesOf)) {
    const name = nullableReference(property);
    if (name === null) continue;
    delete property.anyOf;
    property.allOf = [{ $ref: `${SCHEMA_PREFIX}Nullable${name}` }];
    schemas[`Nullable${name}`] ??= { ...schemas[name], type: ['object', 'null'] };
  }
}

function propertiesOf(schema: Schema): SchemaObject[] {
  const properties = 'properties' in schema ? Object.values(schema.properties ?? {}) : [];
  return properties.flatMap((property) => ('$ref' in property ? [] : [property]));
}

/** The name of the schema in `anyOf: [{ $ref }, { type: "null" }]`, or null for any other schema. */
function nullableReference({ anyOf = [] }: SchemaObject): string | null {
  const references = anyOf.flatMap((choice) => ('$ref' in choice ? [choice.$ref] : []));
  const allowsNull = anyOf.some((choice) => 'type' in choice && choice.type === 'null');
  return allowsNull ? (references[0]?.slice(SCHEMA_PREFIX.length) ?? null) : null;
}
