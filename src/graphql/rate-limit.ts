import { mapSchema, MapperKind } from '@graphql-tools/utils';
import { defaultFieldResolver, type GraphQLResolveInfo, type GraphQLSchema } from 'graphql';
import { getGraphQLRateLimiter } from 'graphql-rate-limit';
import { addressKey } from '../limits/address-key.ts';
import type { CreateLimiter } from '../limits/limiter.ts';
import type { RequestScope } from '../request.ts';
import { RateLimitAttempt } from './rate-limit-attempt.ts';
import { budgetOf, messageOf, rateLimitsOf, type RateLimit } from './rate-limit-directive.ts';

/**
 * Enforces `@rateLimit`: each execution of the field takes one point from the budget of its caller's address, aliases
 * and several operations at once included. Put under the guards, so that what is refused anyway is not counted.
 */
export const withRateLimits = (schema: GraphQLSchema, createLimiter: CreateLimiter): GraphQLSchema =>
  mapSchema(schema, {
    [MapperKind.OBJECT_FIELD]: (field, fieldName, typeName) => {
      const limits = rateLimitsOf(schema, field);
      if (limits.length === 0) return undefined;
      const gates = limits.map((limit) => createGate(limit, `${typeName}.${fieldName}`, createLimiter));
      const { resolve = defaultFieldResolver } = field;
      return {
        ...field,
        async resolve(parent, args, scope: RequestScope, info) {
          const resolved: Resolve = async () => resolve(parent, args, scope, info);
          return gates.reduceRight<Resolve>((next, gate) => () => gate(args, scope, info, next), resolved)();
        },
      };
    },
  });

type Resolve = () => Promise<unknown>;

type Gate = (
  args: Record<string, unknown>,
  scope: RequestScope,
  info: GraphQLResolveInfo,
  field: Resolve,
) => Promise<unknown>;

/** One directive: takes a point, or throws, before the field is resolved. */
function createGate(limit: RateLimit, coordinate: string, createLimiter: CreateLimiter): Gate {
  const limiter = createLimiter(budgetOf(limit, coordinate));

  return async (args, scope, info, field) => {
    const attempt = new RateLimitAttempt(limiter, limit.onlyFailures);
    const decide = getGraphQLRateLimiter({ store: attempt, identifyContext: ({ ip }: RequestScope) => addressKey(ip) });
    const refusal = await decide(
      { parent: undefined, args, context: scope, info },
      { ...limit, message: messageOf(limit) },
    );
    if (refusal !== undefined) throw attempt.refusal(refusal);
    return attempt.finish(field);
  };
}
