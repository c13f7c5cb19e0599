import { getDirective, mapSchema, MapperKind } from '@graphql-tools/utils';
import { defaultFieldResolver, type GraphQLResolveInfo, type GraphQLSchema } from 'graphql';
import { getGraphQLRateLimiter } from 'graphql-rate-limit';
import { createIpLimiter } from '../limits/ip-limiter.ts';
import type { CreateLimiter } from '../limits/limiter.ts';
import type { RequestContext } from '../request/context.ts';
import { RateLimitAttempt } from './rate-limit-attempt.ts';
import { budgetOf, messageOf, rateLimitsOf, unlimited, type RateLimit } from './rate-limit-directive.ts';

/**
 * Enforces `@rateLimit`: each execution of the field takes one point from the caller's budget, aliases and concurrent
 * operations included. The caller is the account that is signed in or, if the field is `@public`, the IP address: there
 * a caller could choose the account. It stands below the guards, so that a refused call is not counted.
 */
export const withRateLimits = (schema: GraphQLSchema, createLimiter: CreateLimiter): GraphQLSchema =>
  mapSchema(schema, {
    [MapperKind.OBJECT_FIELD]: (field, fieldName, typeName) => {
      const limits = rateLimitsOf(schema, field).filter(({ max }) => max !== unlimited);
      if (limits.length === 0) return undefined;
      const callerOf = getDirective(schema, field, 'public') === undefined ? accountOf : ipAddressOf;
      const gates = limits.map((limit) => createGate(limit, `${typeName}.${fieldName}`, { createLimiter, callerOf }));
      const { resolve = defaultFieldResolver } = field;
      return {
        ...field,
        async resolve(parent, args, context: RequestContext, info) {
          const resolved: Resolve = async () => resolve(parent, args, context, info);
          return gates.reduceRight<Resolve>((next, gate) => () => gate(args, context, info, next), resolved)();
        },
      };
    },
  });

type Resolve = () => Promise<unknown>;

type Gate = (
  args: Record<string, unknown>,
  context: RequestContext,
  info: GraphQLResolveInfo,
  field: Resolve,
) => Promise<unknown>;

interface GateDeps {
  readonly createLimiter: CreateLimiter;
  readonly callerOf: (context: RequestContext) => string;
}

const ipAddressOf = ({ ipAddress }: RequestContext): string => ipAddress;

/** Names the account of a caller, or a service by itself; a caller without either counts by its IP address. */
function accountOf({ ipAddress, principal }: RequestContext): string {
  return principal.kind === 'anonymous' ? ipAddress : `account ${principal.userId ?? principal.id}`;
}

/** Creates the gate of one directive: it takes a point, or throws, before the field is resolved. */
function createGate(limit: RateLimit, coordinate: string, { createLimiter, callerOf }: GateDeps): Gate {
  const limiter = createIpLimiter(createLimiter, budgetOf(limit, coordinate));

  return async (args, context, info, field) => {
    const attempt = new RateLimitAttempt(limiter, limit.onlyFailures);
    const decide = getGraphQLRateLimiter({ store: attempt, identifyContext: callerOf });
    const refusal = await decide({ parent: undefined, args, context, info }, { ...limit, message: messageOf(limit) });
    if (refusal !== undefined) throw attempt.refusal(refusal);
    return attempt.finish(field);
  };
}
