import type { Redis } from 'ioredis';
import { RateLimiterRedis, RateLimiterRes, type RateLimiterAbstract } from 'rate-limiter-flexible';
import { createAttempts, type Attempts, type Points } from './attempts.ts';
import { MemoryLimiter } from './memory-limiter.ts';
import { takeOrGiveBack } from './redis-script.ts';

/** A budget of points for each key and window. */
export interface Budget {
  /** Part of the key in the store: the same name is the same budget on every node. */
  readonly name: string;
  readonly points: number;
  readonly windowSeconds: number;
}

export interface Consumed {
  /** How many points of the window were taken before; all of them where none was left, and then none is taken. */
  readonly before: number;
  /** Seconds until the window begins anew. */
  readonly retryAfterSeconds: number;
}

export interface Limiter extends Attempts {
  readonly points: number;
  /** Takes one point, atomically, where there is one left. */
  readonly consume: (key: string) => Promise<Consumed>;
}

export type CreateLimiter = (budget: Budget) => Limiter;

/** Does a job for an address within a budget. @throws RATE_LIMITED where nothing of it is left. */
export type WithinBudget = <T>(address: string, job: () => Promise<T>) => Promise<T>;

/** With Redis away each node counts alone; a node sees only its share of the calls, so it allows less. */
const insuranceShare = 0.5;

/**
 * Limiters by the names of their budgets, so that two doors to the same thing share one: they count in Redis for all
 * nodes together, or in memory for this one. Redis has to answer in time (its client's `commandTimeout`), or a stricter
 * limiter in memory takes over: a dead Redis neither opens nor closes a door.
 */
export function createLimiters(redis: Redis | null): CreateLimiter {
  const made = new Map<string, Limiter>();
  return (budget) => {
    const limiter = made.get(budget.name) ?? withAttempts(createPoints(redis, budget));
    made.set(budget.name, limiter);
    return limiter;
  };
}

const withAttempts = (points: Points): Limiter => ({ ...points, ...createAttempts(points) });

function createPoints(redis: Redis | null, budget: Budget): Points {
  const { points } = budget;
  const limiter = createStore(redis, budget);
  return {
    points,
    async consume(key) {
      const { consumedPoints, msBeforeNext, isRefused } = await limiter.consume(key).then(taken, refused);
      return {
        // The insurance limiter refuses earlier than the budget says: then the budget counts as used up.
        before: isRefused ? points : consumedPoints - 1,
        retryAfterSeconds: Math.max(1, Math.ceil(msBeforeNext / 1000)),
      };
    },
    async refund(key) {
      await limiter.reward(key);
    },
  };
}

function createStore(redis: Redis | null, { name, points, windowSeconds }: Budget): RateLimiterAbstract {
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

type Result = Pick<RateLimiterRes, 'consumedPoints' | 'msBeforeNext'> & { readonly isRefused: boolean };

const taken = ({ consumedPoints, msBeforeNext }: RateLimiterRes): Result => ({
  consumedPoints,
  msBeforeNext,
  isRefused: false,
});

/** A refusal is thrown as a result; anything else that is thrown is an error. */
function refused(thrown: unknown): Result {
  if (!(thrown instanceof RateLimiterRes)) throw thrown;
  return { ...taken(thrown), isRefused: true };
}
