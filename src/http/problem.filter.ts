import { type ArgumentsHost, Catch, type ExceptionFilter, Logger } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { Metrics } from './metrics.js';
import { Operations } from './operations.js';
import { isValidationLeak, problemOf } from './problem-of.js';
import { problemDetails, ProblemError, PROBLEMS, recordedMessage } from './problem.js';

export const PROBLEM_JSON = 'application/problem+json; charset=utf-8';

/** Turns every error into problem details: the one place where errors become responses. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger(ProblemFilter.name);

  constructor(
    private readonly operations: Operations,
    private readonly metrics: Metrics,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const problem = this.wrongMethod(request) ?? problemOf(error);
    const [status] = PROBLEMS[problem.code];
    this.report(problem, request);
    request.context.errorMessage = recordedMessage(problem);
    void reply
      .code(status)
      .headers(problem.headers)
      .type(PROBLEM_JSON)
      .send(JSON.stringify(problemDetails(problem, request.id)));
  }

  private wrongMethod(request: FastifyRequest): ProblemError | null {
    if (!request.is404) return null;
    const methods = this.operations.methodsAt(request.url.split('?', 1)[0] ?? '');
    if (methods.length === 0) return null;
    const allow = methods.join(', ');
    return new ProblemError('method_not_allowed', `Use ${allow}.`, { headers: { Allow: allow } });
  }

  private report(problem: ProblemError, request: FastifyRequest): void {
    const { cause } = problem;
    if (isValidationLeak(cause)) {
      this.metrics.validationLeaks.inc();
      this.logger.error({
        msg: 'validation let a bad value through',
        requestId: request.id,
        err: cause,
      });
    } else if (problem.code === 'internal_error') {
      this.logger.error({ msg: 'request failed', requestId: request.id, err: cause });
    } else if (PROBLEMS[problem.code][0] >= 500) {
      this.logger.warn({ msg: problem.code, requestId: request.id, err: cause });
    }
  }
}
