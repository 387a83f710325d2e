import { type FastifyRequest } from 'fastify';
import { type Operation } from './operations.js';

/** What a browser asks before it lets a page of another origin call the API. It is answered before any route. */
export const PREFLIGHT: Operation = {
  id: 'preflight',
  action: 'PREFLIGHT',
  method: 'OPTIONS',
  path: '*',
  isPublic: true,
  scope: null,
  isRecorded: false,
  successStatus: 204,
  takesQuery: true,
  takesBody: true,
  problems: [],
};

/** Whether the request is a CORS preflight that is answered as one, which takes `CORS_ORIGINS`. */
export function isAnsweredPreflight(request: FastifyRequest): boolean {
  return request.routeOptions.url === PREFLIGHT.path && isPreflight(request);
}

/** Whether a browser sent the request as a CORS preflight. */
export function isPreflight({ method, headers }: FastifyRequest): boolean {
  const isAsking = headers['access-control-request-method'] !== undefined;
  return method === 'OPTIONS' && headers.origin !== undefined && isAsking;
}
