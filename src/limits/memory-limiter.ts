import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

/** Counts in memory as the script in Redis does: what is refused takes nothing, and nothing is given back twice. */
export class MemoryLimiter extends RateLimiterMemory {
  override async consume(key: string, points = 1): Promise<RateLimiterRes> {
    try {
      return await super.consume(key, points);
    } catch (refusal) {
      await super.reward(key, points);
      throw refusal;
    }
  }

  override async reward(key: string, points = 1): Promise<RateLimiterRes> {
    const held = await this.get(key);
    if (held === null || held.consumedPoints < points) return held ?? new RateLimiterRes(this.points, 0, 0, true);
    return super.reward(key, points);
  }
}
