import type { GuardMemory, Resolver } from './guard.ts';
import type { Demand } from './requirement-guard.ts';

/** What the guard of one field is made from. */
export interface GuardParts {
  readonly forgetters: GuardMemory['forgetters'];
  readonly demand: Demand;
  readonly resolve: Resolver;
  /** Whether the field has no resolver of its own, so that it reads the property of its name. */
  readonly readsProperty: boolean;
}

/**
 * The guard of a field that remembers for which execution it was allowed: in a list, all rows but the first cost one
 * comparison. What is read by default is read here, as graphql-js's `defaultFieldResolver` does, without a call.
 */
export function rememberingGuard({ forgetters, demand, resolve, readsProperty }: GuardParts): Resolver {
  let allowed: object | undefined;
  forgetters.push(() => {
    allowed = undefined;
  });
  if (!readsProperty) {
    return (source, args, contextValue, info) => {
      if (info.variableValues !== allowed) allowed = demand(info, contextValue);
      return resolve(source, args, contextValue, info);
    };
  }
  return (source, args, contextValue, info) => {
    if (info.variableValues !== allowed) allowed = demand(info, contextValue);
    if (typeof source === 'object' && source !== null) {
      const value: unknown = (source as Readonly<Record<string, unknown>>)[info.fieldName];
      if (typeof value !== 'function') return value;
    }
    return resolve(source, args, contextValue, info);
  };
}
