import type { GraphQLSchema } from 'graphql';
import { StartError } from '../errors.ts';
import { addressKey } from '../limits/address-key.ts';
import type { CreateLimiter, WithinBudget } from '../limits/limiter.ts';
import { RateLimitAttempt } from './rate-limit-attempt.ts';
import { budgetOf, messageOf, rateLimitsOf } from './rate-limit-directive.ts';

/**
 * The budget that `@rateLimit` gives a root field of mutations, for another door to the same thing: whoever tries both
 * has no more attempts than by one.
 * @throws RATE_LIMITED, when used, where nothing is left.
 */
export function createSharedBudget(
  schema: GraphQLSchema,
  fieldName: string,
  createLimiter: CreateLimiter,
): WithinBudget {
  const limits = rateLimitsOf(schema, schema.getMutationType()?.getFields()[fieldName]);
  const [limit] = limits;
  if (limit === undefined || limits.length > 1 || limit.identityArgs !== undefined) {
    throw new StartError(`Mutation.${fieldName} has no one @rateLimit that counts by address alone.`);
  }
  const limiter = createLimiter(budgetOf(limit, `Mutation.${fieldName}`));
  return async (address, job) => {
    const attempt = new RateLimitAttempt(limiter, limit.onlyFailures);
    const identity = { contextIdentity: addressKey(address), fieldIdentity: fieldName };
    const taken = await attempt.getForIdentity(identity);
    if (taken.length >= limit.max) throw attempt.refusal(messageOf(limit));
    return attempt.finish(job);
  };
}
