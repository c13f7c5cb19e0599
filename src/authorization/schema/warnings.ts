import { getNamedType, isNonNullType, isObjectType } from 'graphql';
import type { GraphQLObjectType, GraphQLOutputType, GraphQLSchema } from 'graphql';
import type { AccessWarning } from '../options.ts';
import type { AccessModel } from './model.ts';
import { OPEN } from './requirement-table.ts';

/**
 * Guarded fields that may not be null, on a path from the root where nothing may be null: one refusal there takes the
 * whole answer with it, because null lands where the first nullable place is (GraphQL specification §6.4.4).
 */
export function warningsOf(schema: GraphQLSchema, model: AccessModel): AccessWarning[] {
  const paths = pathsWithoutNull(schema);
  return [...model.fields.values()].flatMap((rule) => {
    const path = paths.get(rule.typeName);
    const type = schema.getType(rule.typeName);
    const field = isObjectType(type) ? type.getFields()[rule.fieldName] : undefined;
    const isGuarded = rule.requirement !== OPEN || rule.actions.length > 0;
    if (path === undefined || field === undefined || !isGuarded || !isNonNullType(field.type)) return [];
    const message = `it is guarded and may not be null, nor may anything above it: when it is refused, null lands on \`data\` (by ${[...path, rule.fieldName].join('.')}).`;
    return [{ coordinate: rule.coordinate, message }];
  });
}

/** The object types that are reached from a root by non-null fields alone, each with the shortest such path. */
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

/** Written with `!` at every level: `[T!]!`. */
function isNeverNull(type: GraphQLOutputType): boolean {
  return !/[\w\]](?!!|\w)/.test(String(type));
}
