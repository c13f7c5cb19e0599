import { OperationTypeNode, type GraphQLResolveInfo, type GraphQLSchema } from 'graphql';
import { denialOf } from './decisions.ts';
import { findGuard, type Guard, type GuardMemory, type Operation, type Resolver } from './guard.ts';
import { currentOperation, endOperation } from './operation.ts';

/**
 * The guard of a field that reads its property, for executors that decide once for a selection: as long as the epoch
 * stays the same, they may read the property of every object of an execution without calling the resolver.
 */
export interface PropertyGuard {
  /** Tells whether all objects of this execution may be read. If not, the resolver is called, and says why. */
  readonly admits: (info: GraphQLResolveInfo, contextValue: unknown) => boolean;
  /** Its epoch is another one as soon as other rights count. */
  readonly memory: Readonly<Pick<GuardMemory, 'epoch'>>;
}

const propertyGuards = new WeakMap<Resolver, PropertyGuard>();

/** Finds what a resolver guards; `undefined` if it does more than to demand a requirement and to read a property. */
export function propertyGuardOf(resolve: Resolver): PropertyGuard | undefined {
  return propertyGuards.get(resolve);
}

export function registerPropertyGuard(guard: Guard, requirement: number, resolve: Resolver): Resolver {
  const admits: PropertyGuard['admits'] = (info, contextValue) => {
    const operation = currentOperation(guard, info, contextValue);
    return denialOf(operation, requirement) === undefined && isRememberable(guard, operation, info);
  };
  propertyGuards.set(resolve, { admits, memory: guard.memory });
  return resolve;
}

/** Tells whether a field may remember by the variables of an execution that it is allowed. */
export function isRememberable({ memory }: Guard, operation: Operation, info: GraphQLResolveInfo): boolean {
  // Only queries have long lists, and the variables of a mutation may be secrets that should not be kept.
  const isQuery = info.operation.operation === OperationTypeNode.QUERY;
  // After a sign-in the same variables stand for several principals; the guard itself does not remember then.
  return isQuery && memory.operation === operation && !memory.isDistrustful;
}

/**
 * Returns a function that an executor calls with the variables of an execution of which nothing can run any more, so
 * that what was decided for it need not be kept; `undefined` for a schema that is not guarded.
 */
export function executionEndOf(schema: GraphQLSchema): ((variableValues: object) => void) | undefined {
  const guard = findGuard(schema);
  return guard && ((variableValues) => endOperation(guard, variableValues));
}
