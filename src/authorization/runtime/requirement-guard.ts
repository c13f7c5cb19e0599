import { defaultFieldResolver, OperationTypeNode } from 'graphql';
import type { GraphQLResolveInfo } from 'graphql';
import { refusal } from '../errors.ts';
import type { FieldRule } from '../schema/model.ts';
import type { Guard, Resolver } from './guard.ts';
import { currentOperation, denialOf } from './operation.ts';
import { rememberingGuard } from './remembering-guard.ts';

/**
 * Decides on a requirement, once for each operation by its table, and answers the variables for which the field may
 * remember that it is allowed. @throws GraphQLError where it is refused
 */
export type Demand = (info: GraphQLResolveInfo, contextValue: unknown) => object | undefined;

/**
 * Lets a resolver run only where its requirement is met. This is the hot path: in a list, all rows but the first cost
 * the comparison of the execution's variables with those for which the field was allowed, and nothing is allocated.
 */
export function withRequirement(guard: Guard, rule: FieldRule, resolve: Resolver): Resolver {
  const { requirement } = rule;
  const demand: Demand = (info, contextValue) => {
    const operation = currentOperation(guard, info, contextValue);
    const code = denialOf(operation, requirement);
    if (code !== undefined) throw refusal(code);
    // Only queries have long lists, and the variables of a mutation may be secrets that should not be kept.
    const isQuery = info.operation.operation === OperationTypeNode.QUERY;
    // Where somebody signed in, the same variables stand for several principals; the guard itself does not remember then.
    const isSole = guard.memory.operation === operation && !guard.memory.isDistrustful;
    return isQuery && isSole ? info.variableValues : undefined;
  };
  const readsProperty = resolve === defaultFieldResolver;
  return rememberingGuard({ forgetters: guard.memory.forgetters, demand, resolve, readsProperty });
}
