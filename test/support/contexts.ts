import { RequestContext } from '../../src/http/request-context.js';

/** The context of a request that nobody sent, for what is driven without HTTP. */
export function aContext(headers: Record<string, string> = {}): RequestContext {
  return new RequestContext({
    id: RequestContext.newId(),
    method: 'POST',
    address: '192.0.2.1',
    headers,
  });
}
