import {
  defaultTypeResolver,
  getNamedType,
  isAbstractType,
  isObjectType,
  type GraphQLAbstractType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  type GraphQLTypeResolver,
} from 'graphql';
import { mapMaybePromise, toError } from '../model/maybe-promise.ts';
import type { AccessModel } from '../schema/access-model.ts';
import { unrestricted } from '../schema/requirement-table.ts';
import { denialOf, refusalOf } from './decisions.ts';
import type { Guard } from './guard.ts';
import { currentOperation } from './operation.ts';
import { rowGuard } from './row-guard.ts';
import type { ResponsePosition, ValueGuard } from './value-guard.ts';

type TypeResolver = GraphQLTypeResolver<unknown, unknown>;

/** Picks the type resolver that stands behind the guard: the type's own, the host's, or graphql-js's. */
export function typeResolverOf(guard: Guard, type: GraphQLAbstractType): TypeResolver {
  return type.resolveType ?? guard.options.typeResolver ?? defaultTypeResolver;
}

/** The concrete types that row guards resolved ahead, so that graphql-js comes to the same answer. */
const settledTypes = new WeakMap<GraphQLResolveInfo['path'], Map<unknown, unknown>>();

/**
 * Guards the type resolver: the one point that every value of an abstract type passes before anything of it is
 * resolved, `__typename` included. The requirement of the concrete type is checked there.
 */
export function guardedTypeResolver(guard: Guard, resolveType: TypeResolver): TypeResolver {
  return (value, contextValue, info, abstractType) => {
    const settled = settledTypes.get(info.path)?.get(value);
    const check = (name: unknown): string | undefined => {
      if (typeof name !== 'string') return undefined;
      const requirement = guard.model.types.get(name)?.requirement ?? unrestricted;
      const operation = currentOperation(guard, info, contextValue);
      const code = denialOf(operation, requirement);
      if (code !== undefined) throw refusalOf(operation, code, requirement);
      return name;
    };
    if (settled !== undefined) return check(settled);
    const resolved = resolveType(value, contextValue, info, abstractType);
    return resolved instanceof Promise ? resolved.then(check) : check(resolved);
  };
}

/** Guards rows whose type is known only once they are there; `undefined` if no possible type has a policy. */
export function abstractRowGuard(
  guard: Guard,
  schema: GraphQLSchema,
  type: GraphQLAbstractType,
): ValueGuard | undefined {
  const guards = rowGuardsOf(schema, type, guard.model);
  if (guards.size === 0) return undefined;
  const resolveType = typeResolverOf(guard, type);
  return (position) => (value) => {
    try {
      return mapMaybePromise(concreteType(position, resolveType, value), (name) =>
        evaluateAs(position, guards, name, value),
      );
    } catch (error) {
      return toError(error);
    }
  };
}

function rowGuardsOf(schema: GraphQLSchema, type: GraphQLAbstractType, model: AccessModel) {
  const possible = schema.getPossibleTypes(type).filter(isObjectType);
  const guarded = possible.flatMap(({ name }): Array<[string, ValueGuard]> => {
    const actions = model.types.get(name)?.actions ?? [];
    return actions.length === 0 ? [] : [[name, rowGuard(name, actions)]];
  });
  return new Map(guarded);
}

function concreteType({ info, contextValue }: ResponsePosition, resolveType: TypeResolver, value: unknown): unknown {
  const abstractType = getNamedType(info.returnType);
  return isAbstractType(abstractType) ? resolveType(value, contextValue, info, abstractType) : undefined;
}

/** Evaluates a value as one of the possible types. If the type itself is refused, the type resolver reports it. */
function evaluateAs(
  position: ResponsePosition,
  guards: ReadonlyMap<string, ValueGuard>,
  name: unknown,
  value: unknown,
): unknown {
  const { operation, info } = position;
  const remember = (checked: unknown): unknown => {
    const settled = settledTypes.get(info.path) ?? new Map<unknown, unknown>();
    settledTypes.set(info.path, settled.set(checked, name));
    return checked;
  };
  if (typeof name !== 'string') return value;
  const requirement = operation.guard.model.types.get(name)?.requirement ?? unrestricted;
  const evaluate = guards.get(name);
  if (evaluate === undefined || denialOf(operation, requirement) !== undefined) return remember(value);
  return mapMaybePromise(evaluate(position)(value), remember);
}
