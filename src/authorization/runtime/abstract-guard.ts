import { defaultTypeResolver, getNamedType, isAbstractType, isObjectType } from 'graphql';
import type { GraphQLAbstractType, GraphQLResolveInfo, GraphQLSchema, GraphQLTypeResolver } from 'graphql';
import { refusal } from '../errors.ts';
import type { AccessModel } from '../schema/model.ts';
import { OPEN } from '../schema/requirement-table.ts';
import type { Guard } from './guard.ts';
import type { ItemGuard, Place } from './item-guard.ts';
import { currentOperation, denialOf } from './operation.ts';
import { proceed, toError } from './promises.ts';
import { rowGuard } from './row-guard.ts';

type TypeResolver = GraphQLTypeResolver<unknown, unknown>;

/** How an abstract type's values find their concrete type, before the guard comes in between. */
export function typeResolverOf(guard: Guard, type: GraphQLAbstractType): TypeResolver {
  return type.resolveType ?? guard.options.typeResolver ?? defaultTypeResolver;
}

/** The concrete types that row guards settled ahead, so that graphql-js comes to no other answer than they did. */
const SETTLED = new WeakMap<GraphQLResolveInfo['path'], Map<unknown, unknown>>();

/**
 * The concrete type's requirement is checked at the one point which every value of an abstract type passes before
 * anything of it is resolved, `__typename` included.
 */
export function guardedTypeResolver(guard: Guard, resolveType: TypeResolver): TypeResolver {
  return (value, contextValue, info, abstractType) => {
    const settled = SETTLED.get(info.path)?.get(value);
    const check = (name: unknown): string | undefined => {
      if (typeof name !== 'string') return undefined;
      const requirement = guard.model.types.get(name)?.requirement ?? OPEN;
      const code = denialOf(currentOperation(guard, info, contextValue), requirement);
      if (code !== undefined) throw refusal(code);
      return name;
    };
    if (settled !== undefined) return check(settled);
    const resolved = resolveType(value, contextValue, info, abstractType);
    return resolved instanceof Promise ? resolved.then(check) : check(resolved);
  };
}

/** Row guards for values whose type is only known when they are there; nothing where no possible type has one. */
export function abstractRowGuard(
  guard: Guard,
  schema: GraphQLSchema,
  type: GraphQLAbstractType,
): ItemGuard | undefined {
  const guards = rowGuardsOf(schema, type, guard.model);
  if (guards.size === 0) return undefined;
  const resolveType = typeResolverOf(guard, type);
  return (place) => (value) => {
    try {
      return proceed(concreteType(place, resolveType, value), (name) => judgeAs(place, guards, name, value));
    } catch (error) {
      return toError(error);
    }
  };
}

function rowGuardsOf(schema: GraphQLSchema, type: GraphQLAbstractType, model: AccessModel) {
  const possible = schema.getPossibleTypes(type).filter(isObjectType);
  const guarded = possible.flatMap(({ name }): Array<[string, ItemGuard]> => {
    const actions = model.types.get(name)?.actions ?? [];
    return actions.length === 0 ? [] : [[name, rowGuard(name, actions)]];
  });
  return new Map(guarded);
}

function concreteType({ info, contextValue }: Place, resolveType: TypeResolver, value: unknown): unknown {
  const abstractType = getNamedType(info.returnType);
  return isAbstractType(abstractType) ? resolveType(value, contextValue, info, abstractType) : undefined;
}

/** A value whose type is refused stays as it is: the type resolver reports that at its path, with its code. */
function judgeAs(place: Place, guards: ReadonlyMap<string, ItemGuard>, name: unknown, value: unknown): unknown {
  const { operation, info } = place;
  const remember = (judged: unknown): unknown => {
    const settled = SETTLED.get(info.path) ?? new Map<unknown, unknown>();
    SETTLED.set(info.path, settled.set(judged, name));
    return judged;
  };
  if (typeof name !== 'string') return value;
  const requirement = operation.guard.model.types.get(name)?.requirement ?? OPEN;
  const judge = guards.get(name);
  if (judge === undefined || denialOf(operation, requirement) !== undefined) return remember(value);
  return proceed(judge(place)(value), remember);
}
