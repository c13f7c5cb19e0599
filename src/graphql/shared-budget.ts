import type { GraphQLSchema } from 'graphql';
import { StartError } from '../errors.ts';
import type { CreateLimiter, WithinBudget } from '../limits/limiter.ts';
import { createFieldBudget } from './field-budget.ts';
import { rateLimitsOf } from './rate-limit-directive.ts';

/**
 * Shares the budget that `@rateLimit` gives a root field of mutations with another door to the same thing: a caller
 * that tries both has no more attempts than by one.
 * @throws StartError if the field has no such directive; RATE_LIMITED, when it is used, if nothing is left.
 */
export function createSharedBudget(
  schema: GraphQLSchema,
  fieldName: string,
  createLimiter: CreateLimiter,
): WithinBudget {
  const limits = rateLimitsOf(schema, schema.getMutationType()?.getFields()[fieldName]);
  const [limit] = limits;
  if (limit === undefined || limits.length > 1 || limit.identityArgs !== undefined) {
    throw new StartError(`Mutation.${fieldName} needs exactly one @rateLimit, without identityArgs.`);
  }
  const within = createFieldBudget(limit, `Mutation.${fieldName}`, createLimiter);
  return (ipAddress, job) => within(ipAddress, {}, job);
}
