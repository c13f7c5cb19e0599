import { defaultFieldResolver, type GraphQLResolveInfo } from 'graphql';
import type { FieldRule } from '../schema/access-model.ts';
import { denialOf, refusalOf } from './decisions.ts';
import type { Guard, Resolver } from './guard.ts';
import { currentOperation } from './operation.ts';
import { isRememberable, registerPropertyGuard } from './property-guard.ts';

/**
 * Decides on a requirement, once for each operation by its table, and returns the variables for which the field may
 * remember that it is allowed. @throws GraphQLError if it is refused
 */
type Demand = (info: GraphQLResolveInfo, contextValue: unknown) => object | undefined;

/**
 * Lets a resolver run only if its requirement is met. This is the hot path: in a list, all rows but the first cost the
 * comparison of the execution's variables with those for which the field was allowed, and nothing is allocated.
 */
export function withRequirement(guard: Guard, rule: FieldRule, resolve: Resolver): Resolver {
  const { requirement } = rule;
  const demand: Demand = (info, contextValue) => {
    const operation = currentOperation(guard, info, contextValue);
    const code = denialOf(operation, requirement);
    if (code !== undefined) throw refusalOf(operation, code, requirement);
    return isRememberable(guard, operation, info) ? info.variableValues : undefined;
  };
  if (resolve !== defaultFieldResolver) return callingGuard(guard, demand, resolve);
  return registerPropertyGuard(guard, requirement, readingGuard(guard, demand, resolve));
}

/** The guard of a field with a resolver of its own. */
function callingGuard({ memory }: Guard, demand: Demand, resolve: Resolver): Resolver {
  let allowed: object | undefined;
  memory.forgetters.push(() => {
    allowed = undefined;
  });
  return (source, args, contextValue, info) => {
    if (info.variableValues !== allowed) allowed = demand(info, contextValue);
    return resolve(source, args, contextValue, info);
  };
}

/**
 * The guard of a field that reads its property: it does what graphql-js's `defaultFieldResolver` does, without a call.
 */
function readingGuard({ memory }: Guard, demand: Demand, resolve: Resolver): Resolver {
  let allowed: object | undefined;
  memory.forgetters.push(() => {
    allowed = undefined;
  });
  return (source, args, contextValue, info) => {
    if (info.variableValues !== allowed) allowed = demand(info, contextValue);
    if (typeof source === 'object' && source !== null) {
      const value: unknown = (source as Readonly<Record<string, unknown>>)[info.fieldName];
      if (typeof value !== 'function') return value;
    }
    return resolve(source, args, contextValue, info);
  };
}
