import { type OpenAPIObject } from '@nestjs/swagger';
import { addExamples, relaxBodies } from './openapi-bodies.js';

interface Media {
  schema: object;
  example?: unknown;
}

const TAG = { type: 'string', example: 'work' };
const TASK = {
  type: 'object',
  required: ['title'],
  properties: {
    title: { type: 'string', example: 'Write' },
    dueDate: { type: ['string', 'null'], example: null },
    tags: { type: 'array', items: TAG },
  },
};

function documentWith(media: Media, schemas: object = {}): OpenAPIObject {
  const requestBody = { required: true, content: { 'application/json': media } };
  const post = { operationId: 'createTask', requestBody, responses: {} };
  return {
    openapi: '3.1.0',
    info: { title: '', version: '' },
    paths: { '/api/tasks': { post } },
    components: { schemas: { Task: TASK, ...schemas } },
  };
}

function exampleFor(schema: object, schemas?: object): unknown {
  const media: Media = { schema };
  addExamples(documentWith(media, schemas));
  return media.example;
}

const reference = (name: string) => ({ $ref: `#/components/schemas/${name}` });

describe('the example of a body', () => {
  const task = { title: 'Write', dueDate: null, tags: ['work'] };

  it('is put together from the examples of its fields', () => {
    expect(exampleFor(reference('Task'))).toEqual(task);
    expect(exampleFor({ type: 'array', items: reference('Task') })).toEqual([task]);
    expect(exampleFor({ allOf: [reference('Task')] })).toEqual(task);
  });

  it('is its own where it has one', () => {
    const media = { schema: reference('Task'), example: { title: 'Mine' } };
    addExamples(documentWith(media));
    expect(media.example).toEqual({ title: 'Mine' });
  });

  it('names the field that has none', () => {
    const schemas = { Bare: { type: 'object', properties: { name: { type: 'string' } } } };
    expect(() => exampleFor(reference('Bare'), schemas)).toThrow('createTask.name has no example');
  });

  it('names the schema that is missing', () => {
    expect(() => exampleFor(reference('Nothing'))).toThrow(
      'createTask: #/components/schemas/Nothing',
    );
  });
});

describe('a body', () => {
  const isRequired = (document: OpenAPIObject) => {
    relaxBodies(document);
    return document.paths['/api/tasks']?.post?.requestBody;
  };

  it('may be left out when it requires no field', () => {
    const media = { schema: { type: 'object', properties: { name: TAG } } };
    expect(isRequired(documentWith(media))).toMatchObject({ required: false });
    expect(isRequired(documentWith({ schema: reference('Task') }))).toMatchObject({
      required: true,
    });
  });
});
