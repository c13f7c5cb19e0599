import {
  getArgumentValues,
  getNamedType,
  getNullableType,
  isAbstractType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  Kind,
  type FieldNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';
import { typeResolverOf } from './abstract-type-guard.ts';
import { argumentGuardsOf, withArguments, type ArgumentGuards } from './argument-guard.ts';
import { denialOf, rowEvaluatorFor } from './decisions.ts';
import { baseResolver, type Guard } from './guard.ts';
import { requestedFields } from './requested-fields.ts';
import { resultCheck } from './result-guard.ts';
import { refusedRow, type ResponsePosition } from './value-guard.ts';

type Field = GraphQLField<unknown, unknown>;

/**
 * Tells whether every row below a value that may not be null is admitted: one that is refused would make the whole
 * event null, and so tell its subscriber that something happened.
 */
export type EventRowsCheck = (value: unknown, position: ResponsePosition) => Promise<boolean>;

/** The context in which the rows below an event are found. */
interface Search {
  readonly guard: Guard;
  readonly schema: GraphQLSchema;
  readonly argumentGuards: ArgumentGuards;
  /** The fields of each type that may not be null and lead to rows. */
  readonly required: ReadonlyMap<string, readonly Field[]>;
}

/** Prepares the check of what an event returns; `undefined` if no row stands on a path that may not be null. */
export function eventRowsCheck(
  guard: Guard,
  schema: GraphQLSchema,
  type: GraphQLOutputType,
): EventRowsCheck | undefined {
  const required = requiredFields(guard, schema);
  const named = getNamedType(type);
  if (!possibleTypes(schema, named).some(({ name }) => required.has(name))) return undefined;
  const search: Search = { guard, schema, argumentGuards: argumentGuardsOf(schema, guard), required };
  return (value, position) => admitsAll(search, type, value, position);
}

/** Collects, until nothing changes any more, the non-null fields that return a row, depend on one, or lead to one. */
function requiredFields(guard: Guard, schema: GraphQLSchema): ReadonlyMap<string, readonly Field[]> {
  const types = Object.values(schema.getTypeMap()).filter(isObjectType);
  const hasRows = ({ name }: GraphQLObjectType): boolean => (guard.model.types.get(name)?.actions ?? []).length > 0;
  let required = new Map<string, readonly Field[]>();
  for (let size = -1; size !== countOf(required);) {
    size = countOf(required);
    const before = required;
    const leads = (type: GraphQLObjectType): boolean => hasRows(type) || before.has(type.name);
    const isRequired = (parent: GraphQLObjectType, field: Field): boolean => {
      if (!isNonNullType(field.type) || isListType(field.type.ofType)) return false;
      const hasParentRule = (guard.model.fields.get(`${parent.name}.${field.name}`)?.actions ?? []).length > 0;
      return hasParentRule || possibleTypes(schema, getNamedType(field.type)).some(leads);
    };
    required = new Map(
      types.flatMap((type) => {
        const fields = Object.values<Field>(type.getFields()).filter((field) => isRequired(type, field));
        return fields.length === 0 ? [] : [[type.name, fields] as const];
      }),
    );
  }
  return required;
}

function countOf(required: ReadonlyMap<string, readonly Field[]>): number {
  return [...required.values()].reduce((sum, fields) => sum + fields.length, 0);
}

function possibleTypes(schema: GraphQLSchema, type: GraphQLNamedType): readonly GraphQLObjectType[] {
  if (isObjectType(type)) return [type];
  return isAbstractType(type) ? schema.getPossibleTypes(type) : [];
}

async function admitsAll(
  search: Search,
  type: GraphQLOutputType,
  value: unknown,
  position: ResponsePosition,
): Promise<boolean> {
  if (typeof value !== 'object' || value === null || value instanceof Error) return true;
  const list = getNullableType(type);
  if (isListType(list)) {
    if (!isNonNullType(list.ofType) || !Array.isArray(value)) return true;
    const admitted = value.map(async (item: unknown) => admitsAll(search, list.ofType, await item, position));
    return (await Promise.all(admitted)).every(Boolean);
  }
  const parent = await concreteType(search, getNamedType(type), value, position);
  const fields = search.required.get(parent?.name ?? '') ?? [];
  if (parent === undefined) return true;
  const admitted = fields.map((field) => admitsField(search, parent, field, value, position));
  return (await Promise.all(admitted)).every(Boolean);
}

/** Finds the type of a value. Errors in it are the execution's to report. */
async function concreteType(
  { guard, schema }: Search,
  type: GraphQLNamedType,
  value: unknown,
  { info, contextValue }: ResponsePosition,
): Promise<GraphQLObjectType | undefined> {
  if (isObjectType(type)) return type;
  if (!isAbstractType(type)) return undefined;
  try {
    const name = await typeResolverOf(guard, type)(value, contextValue, info, type);
    const found = typeof name === 'string' ? schema.getType(name) : undefined;
    return isObjectType(found) ? found : undefined;
  } catch {
    return undefined;
  }
}

async function admitsField(
  search: Search,
  parent: GraphQLObjectType,
  field: Field,
  source: unknown,
  position: ResponsePosition,
): Promise<boolean> {
  const { guard, schema } = search;
  const { operation } = position;
  const rule = guard.model.fields.get(`${parent.name}.${field.name}`);
  // A field that the principal may not see at all is refused alike for each event: the execution reports it.
  if (rule === undefined || denialOf(operation, rule.requirement) !== undefined) return true;
  for (const action of rule.actions) {
    // An action that depends on arguments is decided when the field is executed with them.
    if (guard.argumentActions.has(`${parent.name}.${action}`)) continue;
    // eslint-disable-next-line no-await-in-loop
    if ((await rowEvaluatorFor(operation, parent.name, action).admit(source)) === null) return false;
  }
  const check = resultCheck(guard, schema, field.type);
  const resolved = selectionsOf(position, parent, field).map(async (nodes) => {
    const at = positionBelow(position, parent, field, nodes);
    const value = await resolveField(search, parent, field, source, at);
    const checked = check === undefined ? value : await check(value, at);
    return checked !== refusedRow && admitsAll(search, field.type, checked, at);
  });
  const outcomes = await Promise.allSettled(resolved);
  // A field that fails is no refused row; the execution reports it as well.
  return outcomes.every((outcome) => outcome.status === 'rejected' || outcome.value);
}

const unselected = (name: string): FieldNode => ({ kind: Kind.FIELD, name: { kind: Kind.NAME, value: name } });

/** Lists how a field is selected of an event: under each of its aliases, or else as if it were selected by its name. */
function selectionsOf(
  { info }: ResponsePosition,
  parent: GraphQLObjectType,
  field: Field,
): ReadonlyArray<readonly FieldNode[]> {
  const known = info.schema.getType(parent.name);
  const sets = info.fieldNodes.map(({ selectionSet }): SelectionSetNode | undefined => selectionSet);
  const selected = isObjectType(known) ? [...requestedFields(info, known, sets).values()] : [];
  const own = selected.filter(([node]) => node?.name.value === field.name);
  if (own.length > 0) return own;
  return field.args.some(isRequiredArgument) ? [] : [[unselected(field.name)]];
}

function positionBelow(
  { operation, contextValue, info }: ResponsePosition,
  parent: GraphQLObjectType,
  field: Field,
  fieldNodes: readonly FieldNode[],
): ResponsePosition {
  const key = fieldNodes[0]?.alias?.value ?? field.name;
  const path = { prev: info.path, key, typename: parent.name };
  const below = { ...info, fieldName: field.name, fieldNodes, parentType: parent, returnType: field.type, path };
  return { operation, contextValue, info: below };
}

function resolveField(
  { guard, argumentGuards }: Search,
  parent: GraphQLObjectType,
  field: Field,
  source: unknown,
  { contextValue, info }: ResponsePosition,
): unknown {
  const resolve = baseResolver(guard, field.resolve);
  const denialFor = argumentGuards.get(`${parent.name}.${field.name}`);
  const guarded = denialFor === undefined ? resolve : withArguments(guard, field.args, denialFor, resolve);
  const type = info.schema.getType(parent.name);
  const known = (isObjectType(type) ? type.getFields()[field.name] : undefined) ?? field;
  const [node] = info.fieldNodes;
  return guarded(source, node ? getArgumentValues(known, node, info.variableValues) : {}, contextValue, info);
}
