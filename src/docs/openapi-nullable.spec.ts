import { type OpenAPIObject, type SchemaObject } from '@nestjs/swagger';
import { nameNullableSchemas } from './openapi-nullable.js';

const TASK = { type: 'object', properties: { title: { type: 'string' } } };

function documentWith(property: object): OpenAPIObject {
  const schemas = { Task: TASK, Answer: { type: 'object', properties: { task: property } } };
  const info = { title: '', version: '' };
  return { openapi: '3.1.0', info, paths: {}, components: { schemas } };
}

function propertyIn(document: OpenAPIObject): unknown {
  const answer = document.components?.schemas?.['Answer'] as SchemaObject;
  return answer.properties?.['task'];
}

describe('a reference that may be null', () => {
  const choice = [{ $ref: '#/components/schemas/Task' }, { type: 'null' }];

  it('refers to a schema of its own, which allows null', () => {
    const document = documentWith({ description: 'The best one', anyOf: choice });
    nameNullableSchemas(document);
    expect(propertyIn(document)).toEqual({ $ref: '#/components/schemas/NullableTask' });
    expect(document.components?.schemas).toHaveProperty('NullableTask', {
      ...TASK,
      description: 'The best one',
      type: ['object', 'null'],
    });
  });

  it('leaves nothing behind that is no longer referred to', () => {
    const document = documentWith({ anyOf: choice });
    nameNullableSchemas(document);
    expect(document.components?.schemas).not.toHaveProperty('Task');
  });

  it('leaves what others refer to', () => {
    const document = documentWith({ anyOf: choice });
    const list = { type: 'array', items: { $ref: '#/components/schemas/Task' } };
    Object.assign(document.components?.schemas ?? {}, { List: list });
    nameNullableSchemas(document);
    expect(document.components?.schemas).toMatchObject({ Task: TASK, List: list });
  });

  it.each([
    { $ref: '#/components/schemas/Task' },
    { type: ['string', 'null'] },
    { anyOf: [{ type: 'string' }, { type: 'null' }] },
    { anyOf: [{ $ref: '#/components/schemas/Task' }, { $ref: '#/components/schemas/Answer' }] },
  ])('is no other schema, such as %j', (property) => {
    const document = documentWith(property);
    nameNullableSchemas(document);
    expect(document).toEqual(documentWith(property));
  });
});
