import { once } from 'node:events';
import { type Server, type ServerResponse } from 'node:http';
import { Server as Listener } from 'node:net';

/** How long a client may take until it makes its next request, whose answer tells it to leave. */
const IDLE_MS = 2000;

/**
 * Takes no new connections, and resolves when those there are have ended: each with the answer to its next request,
 * or when none has come for two seconds.
 */
export async function drain(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.prependListener('request', (_request, response: ServerResponse) => {
    response.setHeader('Connection', 'close');
  });
  // Unlike that of an HTTP server, it leaves idle connections open, on which a request may be on its way.
  Listener.prototype.close.call(server);
  const idle = setTimeout(() => {
    server.closeIdleConnections();
  }, IDLE_MS);
  await closed;
  clearTimeout(idle);
}
