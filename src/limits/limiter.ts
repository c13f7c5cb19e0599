import type { Redis } from 'ioredis';
import { RateLimiterRes } from 'rate-limiter-flexible';
import { AppError } from '../errors.ts';
import { createAttempts, type Attempts } from './attempts.ts';
import type { Budget, Consumed, Points } from './budget.ts';
import { createStore } from './store.ts';

export interface Limiter extends Attempts, Points {}

export type CreateLimiter = (budget: Budget) => Limiter;

/** Does a job for an IP address within a budget. @throws RATE_LIMITED if nothing of the budget is left. */
export type WithinBudget = <T>(ipAddress: string, job: () => Promise<T>) => Promise<T>;

/** Creates one limiter for each name of a budget, so that two doors to the same thing share it. */
export function createLimiters(redis: Redis | null): CreateLimiter {
  const byName = new Map<string, Limiter>();
  return (budget) => {
    const limiter = byName.get(budget.name) ?? createLimiter(redis, budget);
    byName.set(budget.name, limiter);
    return limiter;
  };
}

/** Takes a point of a budget. @throws RATE_LIMITED, with the seconds to wait, if none is left. */
export async function takePoint(limiter: Limiter, key: string, message: string): Promise<void> {
  requirePoint(limiter, await limiter.consume(key), message);
}

/** Takes the point of an attempt that `endAttempt` ends. @throws RATE_LIMITED if none is left. */
export async function takeAttempt(limiter: Limiter, key: string, message: string): Promise<void> {
  requirePoint(limiter, await limiter.beginAttempt(key), message);
}

function requirePoint({ points }: Limiter, { before, retryAfterSeconds }: Consumed, message: string): void {
  if (before >= points) throw new AppError('RATE_LIMITED', message, { retryAfterSeconds });
}

function createLimiter(redis: Redis | null, budget: Budget): Limiter {
  const points = createPoints(redis, budget);
  return { ...points, ...createAttempts(points) };
}

function createPoints(redis: Redis | null, budget: Budget): Points {
  const { points } = budget;
  const store = createStore(redis, budget);
  return {
    points,
    async consume(key) {
      const { consumedPoints, msBeforeNext, isRefused } = await store.consume(key).then(taken, refused);
      return {
        // The limiter in memory refuses earlier than the budget says: the budget counts as used up then.
        before: isRefused ? points : consumedPoints - 1,
        retryAfterSeconds: Math.max(1, Math.ceil(msBeforeNext / 1000)),
      };
    },
    async refund(key) {
      await store.reward(key);
    },
  };
}

type Result = Pick<RateLimiterRes, 'consumedPoints' | 'msBeforeNext'> & { readonly isRefused: boolean };

const taken = ({ consumedPoints, msBeforeNext }: RateLimiterRes): Result => ({
  consumedPoints,
  msBeforeNext,
  isRefused: false,
});

/** Reads a refusal, which the library throws as a result; anything else that is thrown is an error. */
function refused(thrown: unknown): Result {
  if (!(thrown instanceof RateLimiterRes)) throw thrown;
  return { ...taken(thrown), isRefused: true };
}
