import { AppError } from '../errors.ts';
import { addressKey } from './address-key.ts';
import { createFairQueue, QueueFullError } from './fair-queue.ts';

/** Runs a search, which looks through whole tables, in its turn. @throws SERVICE_UNAVAILABLE where too many wait. */
export type Searches = <T>(caller: { readonly ip: string }, search: () => Promise<T>) => Promise<T>;

/** Far fewer than the connections of a node, so that no search is in the way of anything else. */
const concurrency = 3;
const limits = { longest: 200, longestOfOne: 50 };

/**
 * Searches of a node, a few at a time, the addresses in turn: a text that stands anywhere in a row is found by no index,
 * and anybody may ask for it, many times in one operation.
 */
export function createSearches(): Searches {
  const queue = createFairQueue({ concurrency, ...limits });
  return async ({ ip }, search) => {
    try {
      return await queue(addressKey(ip), search);
    } catch (error) {
      if (!(error instanceof QueueFullError)) throw error;
      throw new AppError('SERVICE_UNAVAILABLE', 'Too many searches at once. Try again shortly.', {
        retryAfterSeconds: 2,
      });
    }
  };
}
