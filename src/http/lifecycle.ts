import { Readable } from 'node:stream';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { SETTINGS, type Settings } from '../config/settings.js';
import { acceptJsonObjects } from './json-body.js';
import { Metrics } from './metrics.js';
import { Operations } from './operations.js';
import { isAnsweredPreflight, PREFLIGHT } from './preflight.js';
import { pressureRefusal } from './pressure.js';
import { problemOf } from './problem-of.js';
import { PROBLEM_JSON } from './problem.filter.js';
import { problemDetails, type ProblemError, PROBLEMS } from './problem.js';
import { Recorder } from './recorder.js';
import { RequestContext } from './request-context.js';
import { refusalOfHead } from './request-limits.js';
import { wrongMethod } from './wrong-method.js';

/** Headers that make no sense once an answer has become a problem. */
const OF_SUCCESS = [
  'Content-Disposition',
  'Content-Length',
  'ETag',
  'Idempotent-Replayed',
  'Location',
];

/** What every request goes through before its route and after it, matched or not, well-formed or not. */
@Injectable()
export class Lifecycle {
  private readonly logger = new Logger('Request');

  constructor(
    private readonly operations: Operations,
    private readonly recorder: Recorder,
    private readonly metrics: Metrics,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  attachTo(instance: FastifyInstance): void {
    acceptJsonObjects(instance);
    instance.decorateRequest('context', null as never);
    instance.addHook('onRequest', (request, _reply, done) => {
      done(this.refusal(instance, request));
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

  /** Why a request goes no further than its address and its headers. */
  private refusal(instance: FastifyInstance, request: FastifyRequest): ProblemError | undefined {
    const context = this.open(request);
    const busy = this.recorder.refusal(context) ?? pressureRefusal(instance, context);
    if (busy) return busy;
    const wrong = wrongMethod(this.operations, request);
    if (wrong) context.operation = null;
    return wrong ?? refusalOfHead(request.raw, this.settings);
  }

  /** Begins what is known of a request, and what is recorded of it. */
  open(request: FastifyRequest): RequestContext {
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
      for (const name of OF_SUCCESS) reply.removeHeader(name);
      reply.code(PROBLEMS[problem.code][0]).headers(problem.headers).type(PROBLEM_JSON);
      return JSON.stringify(problemDetails(problem, context.id));
    }
  }

  /** Ends it: for the log and the metrics. */
  report(context: RequestContext, status: number): void {
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
