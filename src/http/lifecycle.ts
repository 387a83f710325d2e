import { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { SETTINGS, type Settings } from '../config/settings.js';
import { acceptJsonObjects } from './json-body.js';
import { Operations } from './operations.js';
import { isAnsweredPreflight, PREFLIGHT } from './preflight.js';
import { PreparedJson } from './prepared-json.js';
import { pressureRefusal } from './pressure.js';
import { problemOf } from './problem-of.js';
import { PROBLEM_JSON } from './problem.filter.js';
import { problemDetails, type ProblemError, PROBLEMS } from './problem.js';
import { Recorder } from './recorder.js';
import { Reporter } from './reporter.js';
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
  constructor(
    private readonly operations: Operations,
    private readonly recorder: Recorder,
    private readonly reporter: Reporter,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  attachTo(instance: FastifyInstance): void {
    acceptJsonObjects(instance);
    instance.decorateRequest('context', null as never);
    instance.addHook('onRequest', (request, _reply, done) => {
      done(this.refusal(instance, request));
    });
    instance.addHook('preSerialization', (_request, reply, payload, done) => {
      if (payload instanceof PreparedJson) payload.replaceBodyOf(reply);
      done(null, payload);
    });
    instance.addHook('onSend', (request, reply, payload, done) => {
      const recorded = this.settle(request, reply);
      if (recorded === undefined) {
        done(null, payload);
        return;
      }
      recorded.then(
        () => {
          done(null, payload);
        },
        (error: unknown) => {
          done(null, replaceBy(problemOf(error), request, reply, payload));
        },
      );
    });
    instance.addHook('onResponse', (request, reply, done) => {
      this.reporter.report(request.context, reply.statusCode);
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
    context.successStatus = context.operation?.successStatus ?? 200;
    request.context = context;
    this.recorder.expect(context);
    return context;
  }

  private settle(request: FastifyRequest, reply: FastifyReply): Promise<void> | undefined {
    const context = (request.context as RequestContext | null) ?? this.open(request);
    reply.header('X-Request-Id', context.id);
    return this.recorder.settle(context, reply.statusCode);
  }
}

/** Turns an answer that could not be recorded into a problem, and returns its body. */
function replaceBy(
  problem: ProblemError,
  { context }: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
): string {
  if (payload instanceof Readable) payload.destroy();
  for (const name of OF_SUCCESS) reply.removeHeader(name);
  reply.code(PROBLEMS[problem.code][0]).headers(problem.headers).type(PROBLEM_JSON);
  return JSON.stringify(problemDetails(problem, context.id));
}
