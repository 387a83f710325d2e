import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import helmet, { type FastifyHelmetOptions } from '@fastify/helmet';
import fastify from 'fastify';

const ONE_YEAR_SECONDS = 31_536_000;

/** JSON is no page: nothing may load from it, run in it or frame it. Pages bring a policy of their own. */
const OPTIONS: FastifyHelmetOptions = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
  },
  frameguard: { action: 'deny' },
  strictTransportSecurity: { maxAge: ONE_YEAR_SECONDS, includeSubDomains: false },
};

/** The injection token of the headers that every answer has, also one to what never became a request. */
export const SECURITY_HEADERS = Symbol('security headers');

/** What helmet puts on an answer, asked once: it is the same for all of them. Only static files may be kept by caches. */
export async function securityHeaders(): Promise<Record<string, string>> {
  const sample = fastify();
  await sample.register(helmet, OPTIONS);
  const learned = new Promise<object>((resolve) => {
    sample.addHook('onRequest', (_request, reply) => {
      resolve(reply.raw.getHeaders());
    });
  });
  await sample.ready();
  const request = new IncomingMessage(new Socket());
  Object.assign(request, { method: 'GET', url: '/' });
  sample.routing(request, new ServerResponse(request));
  return { ...(await learned), 'cache-control': 'no-store' };
}
