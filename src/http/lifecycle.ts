import { STATUS_CODES } from 'node:http';
import { type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { Injectable, Logger } from '@nestjs/common';
import { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { acceptJsonObjects } from './json-body.js';
import { Metrics } from './metrics.js';
import { Operations } from './operations.js';
import { isAnsweredPreflight, PREFLIGHT } from './preflight.js';
import { problemOf } from './problem-of.js';
import { PROBLEM_JSON } from './problem.filter.js';
import { problemDetails, ProblemError, PROBLEMS, recordedMessage } from './problem.js';
import { Recorder } from './recorder.js';
import { RequestContext } from './request-context.js';

/** Headers that say something of an answer which is replaced. */
const OF_THE_PAYLOAD = ['ETag', 'Location', 'Content-Length', 'Content-Disposition'];

/** What every request goes through before its route and after it, matched or not, well-formed or not. */
@Injectable()
export class Lifecycle {
  private readonly logger = new Logger('Request');

  constructor(
    private readonly operations: Operations,
    private readonly recorder: Recorder,
    private readonly metrics: Metrics,
  ) {}

  attachTo(instance: FastifyInstance): void {
    acceptJsonObjects(instance);
    instance.decorateRequest('context', null as never);
    instance.addHook('onRequest', (request, _reply, done) => {
      done(this.recorder.refusal(this.open(request)));
    });
    instance.addHook('onSend', (request, reply, payload, done) => {
      this.settle(request, reply, payload).then(
        (settled) => {
          done(null, settled);
        },
        (error: unknown) => {
          done(error as Error);
        },
      );
    });
    instance.addHook('onResponse', (request, reply, done) => {
      this.report(request.context, reply.statusCode);
      done();
    });
  }

  /** Answers what Fastify refuses before any hook runs: a path that cannot be decoded. */
  async refuseMalformed(error: Error, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const context = this.open(request);
    const problem = problemOf(error);
    context.errorMessage = recordedMessage(problem);
    const answer = await this.recorded(context, problem);
    const [status] = PROBLEMS[answer.code];
    await reply
      .code(status)
      .headers({ 'X-Request-Id': context.id, ...answer.headers })
      .type(PROBLEM_JSON)
      .send(JSON.stringify(problemDetails(answer, context.id)));
    this.report(context, status);
  }

  /** Answers what is no HTTP request at all, or never became one. */
  async refuseUnparsed(error: Error & { code?: string }, socket: Socket): Promise<void> {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const context = new RequestContext({
      id: RequestContext.newId(),
      method: '-',
      address: socket.remoteAddress,
      headers: {},
    });
    const problem = problemOfParser(error.code);
    context.errorMessage = recordedMessage(problem);
    const answer = await this.recorded(context, problem);
    socket.end(rawResponse(answer, context.id));
    this.report(context, PROBLEMS[answer.code][0]);
  }

  private open(request: FastifyRequest): RequestContext {
    const context = new RequestContext({
      id: request.id,
      method: request.method,
      address: request.ip,
      headers: request.headers,
    });
    context.operation = isAnsweredPreflight(request)
      ? PREFLIGHT
      : this.operations.find(request.method, request.routeOptions.url);
    request.context = context;
    return context;
  }

  private async settle(
    request: FastifyRequest,
    reply: FastifyReply,
    payload: unknown,
  ): Promise<unknown> {
    const context = (request.context as RequestContext | null) ?? this.open(request);
    reply.header('X-Request-Id', context.id);
    try {
      await this.recorder.settle(context, reply.statusCode);
      return payload;
    } catch (error) {
      const problem = problemOf(error);
      if (payload instanceof Readable) payload.destroy();
      for (const header of OF_THE_PAYLOAD) reply.removeHeader(header);
      reply.code(PROBLEMS[problem.code][0]).headers(problem.headers).type(PROBLEM_JSON);
      return JSON.stringify(problemDetails(problem, context.id));
    }
  }

  /** The problem itself once it is on the record, or the reason why it cannot be. */
  private async recorded(context: RequestContext, problem: ProblemError): Promise<ProblemError> {
    try {
      await this.recorder.settle(context, PROBLEMS[problem.code][0]);
      return problem;
    } catch (error) {
      return problemOf(error);
    }
  }

  private report(context: RequestContext, status: number): void {
    const action = context.actionFor(status);
    this.metrics.requestDuration.observe({ action, status }, context.durationMs / 1000);
    this.logger.log({
      msg: 'request',
      requestId: context.id,
      traceId: context.traceId,
      userId: context.principal?.userId ?? null,
      action,
      method: context.method,
      status,
      durationMs: Math.round(context.durationMs * 1000) / 1000,
    });
  }
}

function problemOfParser(code: string | undefined): ProblemError {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return new ProblemError('request_timeout', 'Send the whole request at once.');
  }
  if (code === 'HPE_HEADER_OVERFLOW') {
    return new ProblemError('headers_too_large', 'Headers may have 64 KiB.');
  }
  return new ProblemError('malformed_request', 'This is not HTTP as the server knows it.');
}

function rawResponse(problem: ProblemError, requestId: string): string {
  const [status] = PROBLEMS[problem.code];
  const body = JSON.stringify(problemDetails(problem, requestId));
  return [
    `HTTP/1.1 ${String(status)} ${STATUS_CODES[status] ?? ''}`,
    `Content-Type: ${PROBLEM_JSON}`,
    `Content-Length: ${String(Buffer.byteLength(body))}`,
    `X-Request-Id: ${requestId}`,
    'Connection: close',
    '',
    body,
  ].join('\r\n');
}
