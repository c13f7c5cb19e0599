import {
  getNamedType,
  getNullableType,
  GraphQLID,
  isAbstractType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
} from 'graphql';
import type { AccessModel } from './access-model.ts';
import type { AccessWarning } from './options.ts';
import { unrestricted } from './requirement-table.ts';
import { sideDoors } from './side-doors.ts';

/** Lists the rules of a schema that build and may surprise. */
export function warningsOf(schema: GraphQLSchema, model: AccessModel): AccessWarning[] {
  return [...warningsOfNulls(schema, model), ...warningsOfPositions(schema, model), ...sideDoors(schema, model)];
}

/** Warns of lists of guarded rows that take a list of ids: a refused row shifts the others to other ids. */
function warningsOfPositions(schema: GraphQLSchema, model: AccessModel): AccessWarning[] {
  return [...model.fields.values()].flatMap(({ coordinate, typeName, fieldName, returns, isPositional }) => {
    const type = schema.getType(typeName);
    const field = isObjectType(type) ? type.getFields()[fieldName] : undefined;
    if (field === undefined || isPositional || !isListType(getNullableType(field.type))) return [];
    const ids = field.args.find((arg) => isListOfIds(arg.type));
    if (ids === undefined || !hasRows(schema, model, returns)) return [];
    const message = `it takes the list ${ids.name} and returns a list from which refused rows are left out: add @positional if clients match the two by position.`;
    return [{ kind: 'position', coordinate, message }];
  });
}

function isListOfIds(type: GraphQLInputType): boolean {
  return isListType(getNullableType(type)) && getNamedType(type) === GraphQLID;
}

function hasRows(schema: GraphQLSchema, model: AccessModel, name: string): boolean {
  const type = schema.getType(name);
  const possible = isAbstractType(type) ? schema.getPossibleTypes(type).map((one) => one.name) : [name];
  return possible.some((one) => (model.types.get(one)?.actions ?? []).length > 0);
}

/**
 * Warns of guarded non-null fields on a path from a root of which every field is non-null: one refusal there makes the
 * whole answer null, because null propagates to the first nullable field above (GraphQL specification §6.4.4).
 */
function warningsOfNulls(schema: GraphQLSchema, model: AccessModel): AccessWarning[] {
  const paths = pathsWithoutNull(schema);
  return [...model.fields.values()].flatMap((rule) => {
    const path = paths.get(rule.typeName);
    const type = schema.getType(rule.typeName);
    const field = isObjectType(type) ? type.getFields()[rule.fieldName] : undefined;
    const isGuarded = rule.requirement !== unrestricted || rule.actions.length > 0;
    if (path === undefined || field === undefined || !isGuarded || !isNonNullType(field.type)) return [];
    const message = `it is guarded and may not be null, nor may anything above it: when it is refused, null lands on \`data\` (by ${[...path, rule.fieldName].join('.')}).`;
    return [{ kind: 'null', coordinate: rule.coordinate, message }];
  });
}

/** Finds the object types that are reached from a root by non-null fields alone, each with the shortest such path. */
function pathsWithoutNull(schema: GraphQLSchema): ReadonlyMap<string, readonly string[]> {
  const paths = new Map<string, readonly string[]>();
  const open: Array<readonly [GraphQLObjectType, readonly string[]]> = [];
  for (const root of [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]) {
    if (root) open.push([root, [root.name]]);
  }
  for (let next = open.shift(); next !== undefined; next = open.shift()) {
    const [type, path] = next;
    if (paths.has(type.name)) continue;
    paths.set(type.name, path);
    for (const field of Object.values(type.getFields())) {
      const target = getNamedType(field.type);
      if (isObjectType(target) && isNeverNull(field.type)) open.push([target, [...path, field.name]]);
    }
  }
  return paths;
}

/** Tells whether a type is written with `!` at every level, as `[T!]!`. */
function isNeverNull(type: GraphQLOutputType): boolean {
  return !/[\w\]](?!!|\w)/.test(String(type));
}
