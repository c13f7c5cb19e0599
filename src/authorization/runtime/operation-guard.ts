import { getArgumentValues, isNonNullType, OperationTypeNode, type GraphQLResolveInfo } from 'graphql';
import { refusalAt, type RefusedPath } from '../model/access-errors.ts';
import { suppliedArguments, type ArgumentGuard, type ArgumentGuards } from './argument-guard.ts';
import { denialAt, detailsOf, refusalOf, type Denial } from './decisions.ts';
import type { Args, Guard, Operation, Resolver } from './guard.ts';
import { currentOperation, rootKey } from './operation.ts';
import type { Request } from './requested-fields.ts';
import { TooManyPathsError, visitPaths, type PathEntry } from './visit-paths.ts';

/**
 * Decides on an operation as a whole, before the first of its root fields runs: the root fields of a mutation, and in
 * reject mode every path. If one is refused, none runs. Each refused root field throws its own error; the first error
 * lists all of them.
 */
export function withOperationCheck(guard: Guard, argumentGuards: ArgumentGuards, resolve: Resolver): Resolver {
  return (source, args, contextValue, info) => {
    const operation = currentOperation(guard, info, contextValue);
    operation.refused ??= refusedPaths(operation, info, argumentGuards);
    if (operation.refused.length === 0) return resolve(source, args, contextValue, info);
    return refuseRoot(operation, operation.refused, info);
  };
}

function refuseRoot(operation: Operation, refused: readonly RefusedPath[], info: GraphQLResolveInfo): null {
  const own = refused.find(({ path }) => path.length === 0 || path[0] === rootKey(info));
  if (own === undefined && !isNonNullType(info.returnType)) return null;
  const shown = own ?? refused[0];
  if (shown === undefined) return null;
  if (shown.path.length === 0) throw refusalOf(operation, shown.code);
  const all = shown === refused[0] ? refused : undefined;
  throw refusalAt(shown, info.fieldNodes, all, operation.guard.options.refusalText);
}

/** Lists the paths that are refused for certain, whatever the resolvers will return. */
function refusedPaths(operation: Operation, request: Request, argumentGuards: ArgumentGuards): readonly RefusedPath[] {
  const isDeep = operation.guard.options.mode === 'reject';
  if (!isDeep && request.operation.operation !== OperationTypeNode.MUTATION) return [];
  const refused: RefusedPath[] = [];
  try {
    visitPaths(request, (path, entries) => {
      const denials = entries.map((entry) => entryDenial(operation, request, entry, argumentGuards));
      const [denial] = denials;
      // Below an abstract type, a path is refused for certain only if every possible type refuses it.
      if (denial !== undefined && denials.every((other) => other !== undefined)) {
        const { code, requirement } = denial;
        refused.push({ path, code, ...detailsOf(operation, code, requirement) });
      }
      return isDeep ? entries.filter((_, index) => denials[index] === undefined) : [];
    });
  } catch (error) {
    if (!(error instanceof TooManyPathsError)) throw error;
    return [...refused, { path: [], code: 'FORBIDDEN' }];
  }
  return refused;
}

/** Decides on one field before it runs: on its requirement, and on those of the arguments that are supplied. */
function entryDenial(
  operation: Operation,
  request: Request,
  entry: PathEntry,
  argumentGuards: ArgumentGuards,
): Denial | undefined {
  const coordinate = `${entry.type.name}.${entry.field.name}`;
  const requirement = operation.guard.model.fields.get(coordinate)?.requirement;
  const denial = denialAt(operation, coordinate, requirement);
  return denial ?? argumentDenial(operation, request, entry, argumentGuards.get(coordinate));
}

/** Decides on the arguments that a field of a document supplies. */
export function argumentDenial(
  operation: Operation,
  { variableValues, schema }: Request,
  { field, nodes: [node] }: PathEntry,
  denialFor: ArgumentGuard | undefined,
): Denial | undefined {
  if (denialFor === undefined || node === undefined) return undefined;
  const values = valuesOf(() => getArgumentValues(field, node, variableValues));
  return values && denialFor(values, suppliedArguments(node, variableValues), operation, schema);
}

/** Coerces arguments. Those that cannot be coerced are reported by the executor, when it comes to the field. */
function valuesOf(read: () => Args): Args | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
