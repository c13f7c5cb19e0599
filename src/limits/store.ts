import type { Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes, type RateLimiterAbstract } from 'rate-limiter-flexible';
import type { Budget } from './budget.ts';

/** The share of a budget that each node allows while Redis is away and every node counts alone. */
const insuranceShare = 0.5;

/**
 * Creates the store of one budget: Redis, which counts for all nodes together, or memory, which counts for this one.
 * If Redis does not answer within its client's `commandTimeout`, a stricter limiter in memory takes over: a dead Redis
 * neither opens nor closes a door.
 */
export function createStore(redis: Redis | null, { name, points, windowSeconds }: Budget): RateLimiterAbstract {
  const options = { keyPrefix: `sallyport:${name}`, points, duration: windowSeconds };
  if (redis === null) return new MemoryLimiter(options);
  const insured = Math.max(1, Math.floor(points * insuranceShare));
  return new RateLimiterRedis({
    ...options,
    storeClient: redis,
    customIncrTtlLuaScript: takeOrGiveBack,
    insuranceLimiter: new MemoryLimiter({ ...options, points: insured }),
  });
}

/** Maximum number of keys that a limiter in memory keeps: they are made of what clients choose. */
const maxKeys = 20_000;

/**
 * Counts in memory as the script counts in Redis: a refusal takes nothing, and a point is given back once at most. If
 * there are too many keys, the one that was first seen is forgotten.
 */
class MemoryLimiter extends RateLimiterMemory {
  readonly #keys = new Set<string>();

  override consume(key: string, points = 1): Promise<RateLimiterRes> {
    this.#keep(key);
    return super.consume(key, points).catch(async (refusal: unknown) => {
      await super.reward(key, points);
      throw refusal;
    });
  }

  override async reward(key: string, points = 1): Promise<RateLimiterRes> {
    const held = await this.get(key);
    if (held === null || held.consumedPoints < points) return held ?? new RateLimiterRes(this.points, 0, 0, true);
    return super.reward(key, points);
  }

  #keep(key: string): void {
    this.#keys.add(key);
    if (this.#keys.size <= maxKeys) return;
    const [oldest = key] = this.#keys;
    this.#keys.delete(oldest);
    void this.delete(oldest);
  }
}

/**
 * Takes points if enough are left, and gives back no more than were taken in this window. It replaces the script of
 * `rate-limiter-flexible`, which counts refusals and goes below zero.
 * ARGV: the points to take (negative: to give back), the window in seconds, the points of the budget.
 */
const takeOrGiveBack = `
local step, window, max = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local held = tonumber(redis.call('get', KEYS[1]) or '0')
local left = redis.call('pttl', KEYS[1])
if step > 0 and held + step > max then return { held + step, left } end
if step < 0 and held + step < 0 then return { held, math.max(left, 0) } end
held = redis.call('incrby', KEYS[1], step)
if left < 0 then
  left = window * 1000
  redis.call('pexpire', KEYS[1], left)
end
return { held, left }
`;
