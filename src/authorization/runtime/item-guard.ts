import type { GraphQLResolveInfo } from 'graphql';
import type { Operation } from './operation.ts';

/** The place at which a value was returned. */
export interface Place {
  readonly operation: Operation;
  readonly contextValue: unknown;
  readonly info: GraphQLResolveInfo;
}

/**
 * Judges one value that a resolver returned, bare of lists: answers it (or the loaded row in its place), `REFUSED`,
 * an Error to be reported at its path, or a promise of one of these. Prepared once for each field that is resolved.
 */
export type ItemGuard = (place: Place) => (value: unknown, index?: number) => unknown;
