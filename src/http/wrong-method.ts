import { type FastifyRequest } from 'fastify';
import { type Operations } from './operations.js';
import { ProblemError } from './problem.js';

/** The 405 of a path that some route has, though not with this method; null when there is nothing wrong with it. */
export function wrongMethod(
  operations: Operations,
  { method, url, routeOptions, is404 }: FastifyRequest,
): ProblemError | null {
  if (!is404 && routeOptions.url?.includes(':') !== true) return null;
  const path = pathOf(url);
  if (!is404 && !operations.isHidden(method, routeOptions.url, path)) return null;
  const methods = operations.methodsAt(path);
  if (methods.length === 0) return null;
  const allow = methods.join(', ');
  return new ProblemError('method_not_allowed', `Use ${allow}.`, { headers: { Allow: allow } });
}

/** The path of an address, which may be that of a whole URL (RFC 9112, section 3.2.2). */
function pathOf(url: string): string {
  return (url.split('?', 1)[0] ?? '').replace(/^https?:\/\/[^/]+/i, '');
}
