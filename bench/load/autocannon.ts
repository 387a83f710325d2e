import autocannon from 'autocannon';
import { headersOf } from '../planned-request.js';
import { type LoadResult, type LoadTarget } from './load.js';

const TIMEOUT_SECONDS = 10;

/** In this process, where wrk is not installed. Each connection begins at another request. */
export async function autocannonLoad(target: LoadTarget): Promise<LoadResult> {
  const requests = target.requests.map((request) => {
    const { method, path, body } = request;
    return { method, path, headers: headersOf(request), ...(body !== undefined && { body }) };
  });
  const stretch = Math.max(1, Math.floor(requests.length / target.connections));
  let clients = 0;
  const result = await autocannon({
    url: target.url,
    connections: target.connections,
    duration: target.seconds,
    timeout: TIMEOUT_SECONDS,
    setupClient: (client) => {
      const first = (clients++ * stretch) % requests.length;
      client.setRequests([...requests.slice(first), ...requests.slice(0, first)]);
    },
  });
  return {
    answers: result.requests.total,
    errors: result.non2xx + result.errors,
    requestsPerSecond: result.requests.total / result.duration,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
  };
}
