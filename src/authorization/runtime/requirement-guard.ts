import { defaultFieldResolver } from 'graphql';
import type { GraphQLResolveInfo } from 'graphql';
import { refusal } from '../errors.ts';
import type { FieldRule } from '../schema/model.ts';
import { compileGuard } from './compiled-guard.ts';
import type { Guard, Resolver } from './guard.ts';
import { currentOperation, denialOf } from './operation.ts';

/** Decides on a requirement the slow way, once for each operation. @throws GraphQLError where it refuses */
export type Demand = (info: GraphQLResolveInfo, contextValue: unknown) => void;

/**
 * Lets a resolver run only where its requirement is met. This is the hot path: a guarded field costs one lookup, and
 * neither an allocation nor a promise.
 */
export function withRequirement(guard: Guard, rule: FieldRule, resolve: Resolver): Resolver {
  const { requirement, fieldName } = rule;
  const demand: Demand = (info, contextValue) => {
    const code = denialOf(currentOperation(guard, info, contextValue), requirement);
    if (code !== undefined) throw refusal(code);
  };
  const property = resolve === defaultFieldResolver ? fieldName : undefined;
  return compileGuard({ hot: guard.hot, requirement, demand, resolve, property }) ?? plainGuard(demand, resolve);
}

function plainGuard(demand: Demand, resolve: Resolver): Resolver {
  return (source, args, contextValue, info) => {
    demand(info, contextValue);
    return resolve(source, args, contextValue, info);
  };
}
