import { type IncomingMessage, type Server } from 'node:http';
import { type Duplex } from 'node:stream';
import { type Socket } from 'node:net';
import { Inject, Injectable } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { Lifecycle } from './lifecycle.js';
import { problemOf } from './problem-of.js';
import { PROBLEM_JSON } from './problem.filter.js';
import { problemDetails, ProblemError, PROBLEMS, recordedMessage } from './problem.js';
import { rawResponse } from './raw-response.js';
import { Recorder } from './recorder.js';
import { Reporter } from './reporter.js';
import { RequestContext } from './request-context.js';
import { SECURITY_HEADERS } from './security-headers.js';

/** How long a refused client has to read why before it is cut off, whatever it still sends. */
const LINGER_MS = 1000;

const CLOSING = { headers: { Connection: 'close' } };

/** Answers what no route, no hook and no filter ever sees. */
@Injectable()
export class EarlyRefusals {
  /** The latest request of each connection. */
  private readonly requests = new WeakMap<Duplex, IncomingMessage>();

  constructor(
    private readonly lifecycle: Lifecycle,
    private readonly recorder: Recorder,
    private readonly reporter: Reporter,
    @Inject(SECURITY_HEADERS) private readonly headers: Record<string, string>,
  ) {}

  /** Node closes tunnels, and answers strange expectations, without a word to the application. */
  watch(server: Server): void {
    server.on('request', (request) => this.requests.set(request.socket, request));
    server.on('connect', (request, socket) => {
      void this.refuseTunnel(request, socket);
    });
    server.on('checkExpectation', (request, response) => {
      server.emit('request', request, response);
    });
  }

  /** What Fastify refuses before any hook runs: a path that cannot be decoded, or is too long for its route. */
  async refuseMalformed(error: Error, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const context = this.lifecycle.open(request);
    const answer = await this.recorded(context, problemOf(error));
    const [status] = PROBLEMS[answer.code];
    await reply
      .code(status)
      .headers({ ...this.headers, 'X-Request-Id': context.id, ...answer.headers })
      .type(PROBLEM_JSON)
      .send(JSON.stringify(problemDetails(answer, context.id)));
    this.reporter.report(context, status);
  }

  /** What is no HTTP request at all, or never became a whole one. */
  async refuseUnparsed(error: Error & { code?: string }, socket: Socket): Promise<void> {
    const problem = problemOfParser(error.code);
    const request = this.requests.get(socket);
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
    } else if (request?.complete !== false) {
      await this.refuseOn(socket, problem, { method: '-', headers: {} });
    } else if (!request.emit('error', problem)) {
      // Nobody waits for the rest of the body: its answer is under way.
      socket.destroySoon();
    }
  }

  private async refuseTunnel({ headers }: IncomingMessage, socket: Duplex): Promise<void> {
    socket.on('error', () => socket.destroy());
    const problem = new ProblemError('malformed_request', 'This is no proxy.');
    await this.refuseOn(socket as Socket, problem, { method: 'CONNECT', headers });
  }

  private async refuseOn(
    socket: Socket,
    problem: ProblemError,
    origin: Pick<IncomingMessage, 'headers'> & { method: string },
  ): Promise<void> {
    const context = new RequestContext({
      id: RequestContext.newId(),
      address: socket.remoteAddress,
      ...origin,
    });
    const answer = await this.recorded(context, problem);
    socket.end(rawResponse(answer, context.id, this.headers));
    setTimeout(() => socket.destroy(), LINGER_MS).unref();
    this.reporter.report(context, PROBLEMS[answer.code][0]);
  }

  /** The problem itself once it is on the record, or the reason why it cannot be. */
  private async recorded(context: RequestContext, problem: ProblemError): Promise<ProblemError> {
    context.errorMessage = recordedMessage(problem);
    try {
      await this.recorder.settle(context, PROBLEMS[problem.code][0]);
      return problem;
    } catch (error) {
      return problemOf(error);
    }
  }
}

function problemOfParser(code: string | undefined): ProblemError {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return new ProblemError('request_timeout', 'Send the whole request at once.', CLOSING);
  }
  if (code === 'HPE_HEADER_OVERFLOW') {
    return new ProblemError('headers_too_large', 'The address and the headers are too long.');
  }
  return new ProblemError('malformed_request', 'This is not HTTP as the server knows it.', CLOSING);
}
