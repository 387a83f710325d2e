import { type FastifyReply } from 'fastify';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { ProblemError } from '../http/problem.js';

const WINDOW_SECONDS = 60;

/** So many requests a minute for each key, counted by this process. */
export class RateLimit {
  private readonly limiter: RateLimiterMemory | null;

  /** @param perMinute 0 for no limit */
  constructor(private readonly perMinute: number) {
    this.limiter =
      perMinute > 0 ? new RateLimiterMemory({ points: perMinute, duration: WINDOW_SECONDS }) : null;
  }

  /**
   * Counts one request and tells the client what is left.
   *
   * @throws ProblemError `rate_limited`
   */
  async consume(key: string, reply: FastifyReply): Promise<boolean> {
    if (!this.limiter) return true;
    try {
      this.tell(await this.limiter.consume(key), reply);
      return true;
    } catch (error) {
      if (!(error instanceof RateLimiterRes)) throw error;
      this.tell(error, reply);
      throw new ProblemError('rate_limited', 'Too many requests. Try again later.', {
        headers: { 'Retry-After': secondsLeft(error) },
      });
    }
  }

  private tell(state: RateLimiterRes, reply: FastifyReply): void {
    void reply
      .header('RateLimit-Limit', String(this.perMinute))
      .header('RateLimit-Remaining', String(Math.max(0, state.remainingPoints)))
      .header('RateLimit-Reset', secondsLeft(state));
  }
}

function secondsLeft(state: RateLimiterRes): string {
  return String(Math.ceil(state.msBeforeNext / 1000));
}
