const MOMENT = { type: 'string', format: 'date-time' };
const NULLABLE_MOMENT = { ...MOMENT, nullable: true };

/** A task as every server answers it. */
const TASK = {
  type: 'object',
  properties: {
    id: { type: 'string' },
    number: { type: 'integer' },
    userId: { type: 'string' },
    title: { type: 'string' },
    description: { type: 'string', nullable: true },
    status: { type: 'string' },
    isCompleted: { type: 'boolean' },
    priority: { type: 'integer' },
    impact: { type: 'integer' },
    dueDate: NULLABLE_MOMENT,
    snoozedUntil: NULLABLE_MOMENT,
    effortEstimateMinutes: { type: 'integer', nullable: true },
    tags: { type: 'array', items: { type: 'string' } },
    version: { type: 'integer' },
    createdAt: MOMENT,
    updatedAt: MOMENT,
    completedAt: NULLABLE_MOMENT,
  },
} as const;

const BODY_FIELDS = {
  title: { type: 'string', minLength: 1, maxLength: 256 },
  description: { type: 'string', nullable: true, maxLength: 2000 },
  priority: { type: 'integer', minimum: 1, maximum: 5 },
  impact: { type: 'integer', minimum: 1, maximum: 5 },
  dueDate: NULLABLE_MOMENT,
  effortEstimateMinutes: { type: 'integer', nullable: true, minimum: 1, maximum: 480 },
  tags: { type: 'array', maxItems: 20, items: { type: 'string', minLength: 1, maxLength: 50 } },
} as const;

const HEADERS = {
  type: 'object',
  required: ['x-user-id'],
  properties: { 'x-user-id': { type: 'string', format: 'uuid' } },
} as const;

const PARAMS = { type: 'object', properties: { id: { type: 'string', format: 'uuid' } } } as const;

/** What Fastify compiles into validators of requests and serialisers of answers, for each route. */
export const SCHEMAS = {
  create: {
    headers: HEADERS,
    body: {
      type: 'object',
      required: ['title'],
      additionalProperties: false,
      properties: BODY_FIELDS,
    },
    response: { 201: TASK },
  },
  get: { headers: HEADERS, params: PARAMS, response: { 200: TASK } },
  update: {
    headers: HEADERS,
    params: PARAMS,
    body: { type: 'object', additionalProperties: false, properties: BODY_FIELDS },
    response: { 200: TASK },
  },
  list: {
    headers: HEADERS,
    querystring: {
      type: 'object',
      properties: {
        limit: { type: 'integer', minimum: 1, maximum: 100, default: 50 },
        cursor: { type: 'string' },
      },
    },
    response: {
      200: {
        type: 'object',
        properties: {
          items: { type: 'array', items: TASK },
          nextCursor: { type: 'string', nullable: true },
        },
      },
    },
  },
} as const;
