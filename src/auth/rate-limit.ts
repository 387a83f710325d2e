import { type FastifyReply } from 'fastify';
import { type RateLimiterAbstract, RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { ProblemError } from '../http/problem.js';

export const WINDOW_SECONDS = 60;

/** So many requests a minute for each key: counted by this process and, perhaps, with the others. */
export class RateLimit {
  private readonly limiters: RateLimiterAbstract[];

  /**
   * @param perMinute 0 for no limit
   * @param shared asked only while this process alone has not yet seen too many
   */
  constructor(
    private readonly perMinute: number,
    shared: RateLimiterAbstract[] = [],
  ) {
    const own = new RateLimiterMemory({ points: perMinute, duration: WINDOW_SECONDS });
    this.limiters = perMinute > 0 ? [own, ...shared] : [];
  }

  /**
   * Counts one request and tells the client what is left.
   *
   * @throws ProblemError `rate_limited`
   */
  async consume(key: string, reply: FastifyReply): Promise<boolean> {
    let tightest: RateLimiterRes | null = null;
    for (const limiter of this.limiters) {
      const state = await this.countBy(limiter, key, reply);
      if (tightest === null || state.remainingPoints < tightest.remainingPoints) tightest = state;
    }
    if (tightest !== null) this.tell(tightest, reply);
    return true;
  }

  private async countBy(
    limiter: RateLimiterAbstract,
    key: string,
    reply: FastifyReply,
  ): Promise<RateLimiterRes> {
    try {
      return await limiter.consume(key);
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
  return String(Math.max(1, Math.ceil(state.msBeforeNext / 1000)));
}
