import { getArgumentValues, isNonNullType, OperationTypeNode } from 'graphql';
import type { GraphQLResolveInfo } from 'graphql';
import { refusal, refusalAt } from '../errors.ts';
import type { DenialCode, RefusedPath } from '../errors.ts';
import type { AccessModel } from '../schema/model.ts';
import { OPEN } from '../schema/requirement-table.ts';
import type { Args, Guard, Resolver } from './guard.ts';
import type { ArgsGuard } from './input-guard.ts';
import { currentOperation, denialOf, rootKey } from './operation.ts';
import type { Operation } from './operation.ts';
import type { Request } from './selection.ts';
import { suppliedArguments } from './supplied.ts';
import { TooManyPathsError, visitPaths } from './visit-paths.ts';
import type { PathEntry } from './visit-paths.ts';

/** The guards of arguments, by field coordinate. */
export type ArgsGuards = ReadonlyMap<string, ArgsGuard>;

/**
 * Judges an operation as a whole, before the first of its root fields runs: the root fields of a mutation, and in
 * reject mode every path. One refused, none runs. Each refused root field throws its own error; the first error lists
 * all of them.
 */
export function withWhole(guard: Guard, argsGuards: ArgsGuards, resolve: Resolver): Resolver {
  return (source, args, contextValue, info) => {
    const operation = currentOperation(guard, info, contextValue);
    operation.refused ??= refusedPaths(operation, info, argsGuards);
    if (operation.refused.length === 0) return resolve(source, args, contextValue, info);
    return refuseRoot(operation.refused, info);
  };
}

function refuseRoot(refused: readonly RefusedPath[], info: GraphQLResolveInfo): null {
  const own = refused.find(({ path }) => path.length === 0 || path[0] === rootKey(info));
  if (own === undefined && !isNonNullType(info.returnType)) return null;
  const shown = own ?? refused[0];
  if (shown === undefined) return null;
  if (shown.path.length === 0) throw refusal(shown.code);
  throw refusalAt(shown, info.fieldNodes, shown === refused[0] ? refused : undefined);
}

/** What is refused for certain, whatever the resolvers will return. */
function refusedPaths(operation: Operation, request: Request, argsGuards: ArgsGuards): readonly RefusedPath[] {
  const isDeep = operation.guard.options.mode === 'reject';
  if (!isDeep && request.operation.operation !== OperationTypeNode.MUTATION) return [];
  const refused: RefusedPath[] = [];
  try {
    visitPaths(request, (path, entries) => {
      const codes = entries.map((entry) => entryDenial(operation, request, entry, argsGuards));
      const [code] = codes;
      // Where an abstract type stands above, a path is refused for certain only if every possible type refuses it.
      if (code !== undefined && codes.every((other) => other !== undefined)) refused.push({ path, code });
      return isDeep ? entries.filter((_, index) => codes[index] === undefined) : [];
    });
  } catch (error) {
    if (!(error instanceof TooManyPathsError)) throw error;
    return [...refused, { path: [], code: 'FORBIDDEN' }];
  }
  return refused;
}

/** What refuses one field before it runs: its requirement, or that of an argument which is supplied. */
function entryDenial(
  operation: Operation,
  request: Request,
  entry: PathEntry,
  argsGuards: ArgsGuards,
): DenialCode | undefined {
  const coordinate = `${entry.type.name}.${entry.field.name}`;
  const code = denialOf(operation, requirementOf(operation.guard.model, coordinate));
  return code ?? argumentDenial(operation, request, entry, argsGuards.get(coordinate));
}

function requirementOf(model: AccessModel, coordinate: string): number {
  return model.fields.get(coordinate)?.requirement ?? OPEN;
}

export function argumentDenial(
  operation: Operation,
  { variableValues, schema }: Request,
  { field, nodes: [node] }: PathEntry,
  denialFor: ArgsGuard | undefined,
): DenialCode | undefined {
  if (denialFor === undefined || node === undefined) return undefined;
  const values = valuesOf(() => getArgumentValues(field, node, variableValues));
  return values && denialFor(values, suppliedArguments(node, variableValues), operation, schema);
}

/** Arguments that cannot be coerced are reported by the executor, when it comes to the field. */
function valuesOf(read: () => Args): Args | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
