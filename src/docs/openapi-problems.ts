import {
  type ComponentsObject,
  type ExamplesObject,
  type ResponseObject,
  type ResponsesObject,
} from '@nestjs/swagger';
import { type Operation } from '../http/operations.js';
import { type ProblemCode, problemDetails, ProblemError, PROBLEMS } from '../http/problem.js';

const EXAMPLE_ID = '0198f3a2-6c1e-7b5a-9d43-2f1c8a7e6b50';
const RETRIABLE = [429, 503];

const FIELD_PROBLEM = {
  type: 'object',
  required: ['path', 'message'],
  properties: {
    path: { type: 'string', description: 'Dotted, such as `tags.3`' },
    message: { type: 'string' },
  },
};

/** What the problem responses of all operations refer to. */
export const PROBLEM_COMPONENTS: ComponentsObject = {
  schemas: {
    Problem: {
      type: 'object',
      description: 'Problem details (RFC 9457)',
      required: ['type', 'title', 'status', 'detail', 'instance', 'code', 'requestId'],
      properties: {
        type: { type: 'string', format: 'uri-reference', description: 'Explains the code' },
        title: { type: 'string' },
        status: { type: 'integer' },
        detail: { type: 'string', description: 'What was wrong this time' },
        instance: { type: 'string', format: 'uri' },
        code: {
          type: 'string',
          enum: Object.keys(PROBLEMS),
          description: 'What programs decide by',
        },
        requestId: { type: 'string', format: 'uuid' },
        errors: {
          type: 'array',
          items: FIELD_PROBLEM,
          description: 'What is wrong with which field',
        },
      },
    },
  },
  headers: {
    RequestId: {
      description: 'The id of the request in the log and in the audit log',
      schema: { type: 'string', format: 'uuid' },
    },
    RetryAfter: {
      description: 'After how many seconds to try again',
      schema: { type: 'integer' },
    },
  },
};

/** All codes with which the operation can fail, in the order of the catalogue. */
export function problemCodes(route: Operation): ProblemCode[] {
  const codes = [...route.problems, ...genericCodes(route)];
  return (Object.keys(PROBLEMS) as ProblemCode[]).filter((code) => codes.includes(code));
}

/** One response for each status, with an example for each code. */
export function problemResponses(codes: ProblemCode[]): ResponsesObject {
  const statuses = new Set(codes.map((code) => PROBLEMS[code][0]));
  return Object.fromEntries(
    [...statuses].map((status) => [
      String(status),
      responseFor(
        status,
        codes.filter((code) => PROBLEMS[code][0] === status),
      ),
    ]),
  );
}

/** What the examples of `problemResponses` refer to. */
export function problemExamples(codes: Iterable<ProblemCode>): ExamplesObject {
  return Object.fromEntries([...codes].map((code) => [code, exampleOf(code)]));
}

/** What an operation can fail with because of what it is. */
function genericCodes(route: Operation): ProblemCode[] {
  const { method, isPublic, isRecorded } = route;
  const rules: [boolean, ProblemCode[]][] = [
    [true, ['validation_failed', 'malformed_request', 'uri_too_long', 'headers_too_large']],
    [method !== 'GET', ['malformed_json', 'payload_too_large', 'unsupported_media_type']],
    [method !== 'GET', ['request_timeout']],
    [!isPublic, ['unauthorized', 'invalid_token', 'insufficient_scope']],
    [!isPublic, ['identity_provider_unavailable']],
    [method !== 'GET', ['conflict', 'outcome_unknown', 'storage_full']],
    [isRecorded, ['rate_limited', 'overloaded', 'audit_unavailable']],
    [isRecorded, ['database_unavailable', 'db_timeout', 'pool_exhausted']],
    [true, ['internal_error']],
  ];
  return rules.flatMap(([applies, codes]) => (applies ? codes : []));
}

function responseFor(status: number, codes: ProblemCode[]): ResponseObject {
  return {
    description: codes.map((code) => PROBLEMS[code][1]).join('; '),
    ...(RETRIABLE.includes(status) && {
      headers: { 'Retry-After': { $ref: '#/components/headers/RetryAfter' } },
    }),
    content: {
      'application/problem+json': {
        schema: { $ref: '#/components/schemas/Problem' },
        examples: Object.fromEntries(
          codes.map((code) => [code, { $ref: `#/components/examples/${code}` }]),
        ),
      },
    },
  };
}

function exampleOf(code: ProblemCode): { summary: string; value: object } {
  const summary = PROBLEMS[code][1];
  const errors = [{ path: 'priority', message: 'priority must be a whole number from 1 to 5' }];
  const problem =
    code === 'validation_failed'
      ? new ProblemError(code, 'priority must be a whole number from 1 to 5.', { errors })
      : new ProblemError(code, `${summary}.`);
  return { summary, value: problemDetails(problem, EXAMPLE_ID) };
}
