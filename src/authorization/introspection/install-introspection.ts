import {
  __Field,
  __Schema,
  __Type,
  GraphQLError,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
} from 'graphql';
import { findGuard } from '../runtime/guard.ts';
import { currentOperation } from '../runtime/operation.ts';
import { visibleTo, type Visible } from './visible-elements.ts';

type Field = GraphQLField<unknown, unknown>;
type Resolver = GraphQLFieldResolver<unknown, unknown>;

/** Narrows what a meta-field answers to what the caller may see of it. */
type Narrow = (answer: unknown, visible: Visible) => unknown;

const keepVisible: Narrow = (answer, visible) =>
  Array.isArray(answer) ? answer.filter((element) => isSeen(element, visible)) : answer;
const hideInvisible: Narrow = (answer, visible) => (isSeen(answer, visible) ? answer : null);

function isSeen(element: unknown, visible: Visible): boolean {
  return typeof element === 'object' && element !== null && visible.has(element);
}

/** The fields of introspection that lead from one element to others. The others describe what is seen already. */
const narrowedFields: ReadonlyArray<readonly [GraphQLObjectType, field: string, Narrow]> = [
  [__Schema, 'types', keepVisible],
  [__Schema, 'mutationType', hideInvisible],
  [__Schema, 'subscriptionType', hideInvisible],
  [__Type, 'fields', keepVisible],
  [__Type, 'interfaces', keepVisible],
  [__Type, 'possibleTypes', keepVisible],
  [__Type, 'enumValues', keepVisible],
  [__Type, 'inputFields', keepVisible],
  [__Field, 'args', keepVisible],
];

let isInstalled = false;

/**
 * Makes the meta-fields of graphql-js ask each schema whether it is guarded. They are the same objects for all schemas
 * of a process, so this happens once; for a schema that is not guarded they answer as before.
 */
export function installIntrospection(): void {
  if (isInstalled) return;
  isInstalled = true;
  narrow(SchemaMetaFieldDef, (answer) => answer);
  narrow(TypeMetaFieldDef, hideInvisible);
  for (const [type, name, narrowing] of narrowedFields) {
    const field = type.getFields()[name];
    if (field !== undefined) narrow(field, narrowing);
  }
}

function narrow(field: Field, narrowing: Narrow): void {
  const { resolve } = field;
  if (resolve === undefined) return;
  const narrowed: Resolver = (source, args, contextValue, info) => {
    const visible = seenBy(info, contextValue);
    const answer: unknown = resolve(source, args, contextValue, info);
    return visible === undefined ? answer : narrowing(answer, visible);
  };
  field.resolve = narrowed;
}

/** Returns what the caller of this execution sees; `undefined` if it sees everything. */
function seenBy(info: GraphQLResolveInfo, contextValue: unknown): Visible | undefined {
  const guard = findGuard(info.schema);
  const mode = guard === undefined ? 'full' : (guard.options.introspection ?? 'visible');
  if (guard === undefined || mode === 'full') return undefined;
  if (mode === 'off') throw new GraphQLError('Introspection is switched off.', { extensions: { code: 'FORBIDDEN' } });
  return visibleTo(info.schema, currentOperation(guard, info, contextValue));
}
