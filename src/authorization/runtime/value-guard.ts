import type { GraphQLResolveInfo } from 'graphql';
import type { Operation } from './guard.ts';

/** The field whose resolver returned a value, and the operation that it is part of. */
export interface ResponsePosition {
  readonly operation: Operation;
  readonly contextValue: unknown;
  readonly info: GraphQLResolveInfo;
}

/**
 * Stands for a row that was refused, until it is known whether it leaves a list, becomes null, or ends in an error.
 */
export const refusedRow = Symbol('refused');

/**
 * Checks one value that a resolver returned, bare of lists: returns it (or the loaded row in its place), `refusedRow`,
 * an Error to be reported at its path, or a promise of one of these. Prepared once for each field that is resolved.
 */
export type ValueGuard = (position: ResponsePosition) => (value: unknown, index?: number) => unknown;
