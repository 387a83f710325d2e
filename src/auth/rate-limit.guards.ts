import cluster from 'node:cluster';
import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { RateLimiterCluster } from 'rate-limiter-flexible';
import { SETTINGS, type Settings } from '../config/settings.js';
import { RateLimit, WINDOW_SECONDS } from './rate-limit.js';
import { SignInRateLimit } from './sign-in-rate-limit.js';

/**
 * Limits what a signed-in user asks for: `RATE_LIMIT_PER_MINUTE`, counted in memory, which costs next to nothing; by the
 * workers of one service together.
 */
@Injectable()
export class UserRateLimitGuard implements CanActivate {
  private readonly limit: RateLimit;

  constructor(@Inject(SETTINGS) settings: Settings) {
    const points = settings.RATE_LIMIT_PER_MINUTE;
    const isShared = cluster.isWorker && points > 0;
    const options = { keyPrefix: 'user', points, duration: WINDOW_SECONDS };
    this.limit = new RateLimit(points, isShared ? [new RateLimiterCluster(options)] : []);
  }

  canActivate(execution: ExecutionContext): true | Promise<boolean> {
    const http = execution.switchToHttp();
    const { principal } = http.getRequest<FastifyRequest>().context;
    if (principal === null) return true;
    return this.limit.consume(principal.userId, http.getResponse<FastifyReply>());
  }
}

/** Limits how often one address tries to sign in: `AUTH_RATE_LIMIT_PER_MINUTE`. */
@Injectable()
export class SignInRateLimitGuard implements CanActivate {
  constructor(private readonly limit: SignInRateLimit) {}

  canActivate(execution: ExecutionContext): Promise<boolean> {
    const http = execution.switchToHttp();
    const { context } = http.getRequest<FastifyRequest>();
    return this.limit.consume(context.address, http.getResponse<FastifyReply>());
  }
}
