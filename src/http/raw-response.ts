import { STATUS_CODES } from 'node:http';
import { PROBLEM_JSON } from './problem.filter.js';
import { problemDetails, type ProblemError, PROBLEMS } from './problem.js';

/** A whole HTTP response with a problem, for a connection that is closed after it. */
export function rawResponse(
  problem: ProblemError,
  requestId: string,
  headers: Record<string, string>,
): string {
  const [status] = PROBLEMS[problem.code];
  const body = JSON.stringify(problemDetails(problem, requestId));
  const all = {
    ...headers,
    ...problem.headers,
    'Content-Type': PROBLEM_JSON,
    'Content-Length': String(Buffer.byteLength(body)),
    'X-Request-Id': requestId,
    Date: new Date().toUTCString(),
    Connection: 'close',
  };
  return [
    `HTTP/1.1 ${String(status)} ${STATUS_CODES[status] ?? ''}`,
    ...Object.entries(all).map(([name, value]) => `${name}: ${value}`),
    '',
    body,
  ].join('\r\n');
}
