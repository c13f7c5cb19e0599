import {
  GraphQLError,
  locatedError,
  responsePathAsArray,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';

import type { Bounds } from './bounds.ts';

export type Path = GraphQLResolveInfo['path'];
export type Args = Readonly<Record<string, unknown>>;
export type Fragments = Record<string, FragmentDefinitionNode>;

/** One execution of a plan: what all of its resolvers share, and the errors of its fields. */
export interface Execution {
  readonly schema: GraphQLSchema;
  readonly fragments: Fragments;
  readonly operation: OperationDefinitionNode;
  readonly rootValue: unknown;
  readonly contextValue: unknown;
  /** A fresh object for each execution, by which the authorization engine tells executions apart. */
  readonly variableValues: Args;
  readonly errors: GraphQLError[];
  /** The places that became null because of an error. */
  nulled: Set<Path | undefined> | undefined;
  /** Arguments that depend on variables, coerced once. */
  args: Map<unknown, Args> | undefined;
  readonly bounds: Bounds | undefined;
  /** The characters of texts that may still be answered. */
  charactersLeft: number;
  /** The error by which the execution ended before it was done. */
  ended: GraphQLError | undefined;
}

/** Returns the path of the field to which a list item, at any depth of lists, belongs. */
export function fieldPathOf(path: Path): Path {
  let at = path;
  while (typeof at.key === 'number' && at.prev !== undefined) at = at.prev;
  return at;
}

/** Keeps an error, unless its place is gone already: a failure below a null is not reported (GraphQL §6.4.4). */
export function addError(execution: Execution, error: GraphQLError, path: Path | undefined): void {
  execution.nulled ??= new Set();
  if (isNulled(execution.nulled, path)) return;
  execution.nulled.add(path);
  execution.errors.push(error);
}

function isNulled(nulled: ReadonlySet<Path | undefined>, path: Path | undefined): boolean {
  for (let at = path; at !== undefined; at = at.prev) {
    if (nulled.has(at)) return true;
  }
  return nulled.has(undefined);
}

/**
 * Fails a field or a list item: answers null with an error at its path, or throws for its parent if null may not be.
 */
export function failAt(
  execution: Execution,
  raw: unknown,
  nodes: readonly FieldNode[],
  path: Path,
  mayBeNull: boolean,
): null {
  // The one error of an execution that ended has no place.
  const error =
    raw === execution.ended && raw instanceof GraphQLError ? raw : locatedError(raw, nodes, responsePathAsArray(path));
  if (!mayBeNull) throw error;
  addError(execution, error, path);
  return null;
}
