import { type INestApplication } from '@nestjs/common';
import { type OpenAPIObject, type SecurityRequirementObject, SwaggerModule } from '@nestjs/swagger';
import { VERSION } from '../config/version.js';
import { type Operation, Operations } from '../http/operations.js';
import { type ProblemCode } from '../http/problem.js';
import { addExamples, relaxBodies } from './openapi-bodies.js';
import { inOrder } from './openapi-order.js';
import { nameNullableSchemas } from './openapi-nullable.js';
import { type DescribedOperation, operationsOf } from './openapi-operations.js';
import {
  PROBLEM_COMPONENTS,
  problemCodes,
  problemExamples,
  problemResponses,
} from './openapi-problems.js';

const DESCRIPTION = `A multi-user task service that answers one question: what should I do next?

Sign in at \`POST /api/auth/login\` and send the access token as \`Authorization: Bearer <token>\`; scripts send an API
key from \`POST /api/auth/api-keys\` in its place. Times are RFC 3339.
Fields that are not described are refused. Every error is \`application/problem+json\`;
[each \`code\` is explained](/api/docs/errors).`;

const FOUNDATION: Omit<OpenAPIObject, 'paths'> = {
  openapi: '3.1.0',
  info: {
    title: 'MindFlow',
    version: VERSION,
    description: DESCRIPTION,
    license: { name: 'MIT', url: 'https://opensource.org/license/mit' },
  },
  servers: [{ url: '/' }],
  tags: [
    { name: 'what next', description: 'What to do now, and why' },
    { name: 'tasks', description: 'What there is to do' },
    { name: 'preferences', description: 'What counts when the next task is chosen' },
    { name: 'auth', description: 'Accounts, tokens and sessions' },
    { name: 'users', description: 'The signed-in user' },
    { name: 'audit', description: "The record of the user's own requests" },
    { name: 'health', description: 'For those who run the service' },
  ],
  components: {
    ...PROBLEM_COMPONENTS,
    securitySchemes: {
      bearer: { type: 'http', scheme: 'bearer', description: 'An access token' },
      apiKey: {
        type: 'http',
        scheme: 'bearer',
        description: 'An API key, `mf_…`, with the scope that the operation names',
      },
      metricsToken: { type: 'http', scheme: 'bearer', description: 'The METRICS_TOKEN' },
    },
  },
};

/** The description of the API (OpenAPI 3.1). The application need neither listen nor have a database. */
export function openApiDocument(app: INestApplication): OpenAPIObject {
  const document = SwaggerModule.createDocument(app, FOUNDATION, {
    operationIdFactory: (_controller, method) => method,
    autoTagControllers: false,
  });
  const routes = app.get(Operations);
  routes.onModuleInit();
  const routeById = new Map(routes.all().map((route) => [route.id, route]));
  const usedCodes = new Set<ProblemCode>();
  for (const operation of operationsOf(document)) {
    const route = routeById.get(operation.operationId);
    if (!route) continue;
    const codes = problemCodes(route, operation);
    for (const code of codes) usedCodes.add(code);
    operation.security = credentials(route, operation);
    operation.responses = { ...problemResponses(codes), ...operation.responses };
    addScope(route, operation);
    addRequestId(operation);
  }
  document.components = { ...document.components, examples: problemExamples(usedCodes) };
  nameNullableSchemas(document);
  relaxBodies(document);
  addExamples(document);
  return inOrder(document);
}

/** What a request must bring. A public operation that names a credential of its own also goes without. */
function credentials(
  { isPublic, scope }: Operation,
  { security = [] }: DescribedOperation,
): SecurityRequirementObject[] {
  if (!isPublic) return [{ bearer: [] }, ...(scope === null ? [] : [{ apiKey: [] }])];
  return security.length === 0 ? [] : [{}, ...security];
}

/** In words: what OpenAPI has for it is new in 3.1 and known to few clients. */
function addScope({ scope }: Operation, operation: DescribedOperation): void {
  if (scope === null) return;
  const sentence = `An API key needs the scope \`${scope}\`.`;
  operation.description = operation.description ? `${operation.description} ${sentence}` : sentence;
}

function addRequestId({ responses }: DescribedOperation): void {
  for (const response of Object.values(responses)) {
    if (response && !('$ref' in response)) {
      response.headers = {
        'X-Request-Id': { $ref: '#/components/headers/RequestId' },
        ...response.headers,
      };
    }
  }
}
