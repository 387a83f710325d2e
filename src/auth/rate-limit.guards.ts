import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { SETTINGS, type Settings } from '../config/settings.js';
import { RateLimit } from './rate-limit.js';
import { SignInRateLimit } from './sign-in-rate-limit.js';

/** Limits what a signed-in user asks for: `RATE_LIMIT_PER_MINUTE`, counted by each process, which costs next to nothing. */
@Injectable()
export class UserRateLimitGuard implements CanActivate {
  private readonly limit: RateLimit;

  constructor(@Inject(SETTINGS) settings: Settings) {
    this.limit = new RateLimit(settings.RATE_LIMIT_PER_MINUTE);
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
