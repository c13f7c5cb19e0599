import { getDirective, mapSchema, MapperKind } from '@graphql-tools/utils';
import { defaultFieldResolver, type GraphQLSchema } from 'graphql';
import type { CreateLimiter } from '../limits/limiter.ts';
import type { RequestContext } from '../request/context.ts';
import { createFieldBudget } from './field-budget.ts';
import { rateLimitsOf, unlimited } from './rate-limit-directive.ts';

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
      const budgets = limits.map((limit) => createFieldBudget(limit, `${typeName}.${fieldName}`, createLimiter));
      const { resolve = defaultFieldResolver } = field;
      return {
        ...field,
        resolve(parent, args: Readonly<Record<string, unknown>>, context: RequestContext, info) {
          const caller = callerOf(context);
          const resolved: Resolve = async () => resolve(parent, args, context, info);
          return budgets.reduceRight<Resolve>((job, within) => () => within(caller, args, job), resolved)();
        },
      };
    },
  });

type Resolve = () => Promise<unknown>;

const ipAddressOf = ({ ipAddress }: RequestContext): string => ipAddress;

/** Names the account of a caller, or a service by itself; a caller without either counts by its IP address. */
function accountOf({ ipAddress, principal }: RequestContext): string {
  return principal.kind === 'anonymous' ? ipAddress : `account ${principal.userId ?? principal.id}`;
}
