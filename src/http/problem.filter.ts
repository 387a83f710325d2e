import { type ArgumentsHost, Catch, type ExceptionFilter, Logger } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { Operations } from './operations.js';
import { isValidationLeak, problemOf } from './problem-of.js';
import { problemDetails, type ProblemError, PROBLEMS, recordedMessage } from './problem.js';
import { wrongMethod } from './wrong-method.js';

export const PROBLEM_JSON = 'application/problem+json; charset=utf-8';

/** Turns every error into problem details: the one place where errors become responses. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger(ProblemFilter.name);

  constructor(private readonly operations: Operations) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const problem = this.problemOf(error, request);
    const [status] = PROBLEMS[problem.code];
    this.report(problem, request);
    request.context.errorMessage = recordedMessage(problem);
    void reply
      .code(status)
      .headers(problem.headers)
      .type(PROBLEM_JSON)
      .send(JSON.stringify(problemDetails(problem, request.id)));
  }

  /** What no route takes was refused before, but for what had to be no preflight first. */
  private problemOf(error: unknown, request: FastifyRequest): ProblemError {
    const problem = problemOf(error);
    if (problem.code !== 'route_not_found') return problem;
    return wrongMethod(this.operations, request) ?? problem;
  }

  private report(problem: ProblemError, request: FastifyRequest): void {
    const { cause } = problem;
    if (isValidationLeak(cause)) {
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
