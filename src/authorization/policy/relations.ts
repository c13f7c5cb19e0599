import { getNamedType, getNullableType, isCompositeType, isInterfaceType, isListType, isObjectType } from 'graphql';
import type { GraphQLSchema } from 'graphql';
import type { Policy } from './define.ts';

/** The type behind a property, as the SDL has it: the to-one field of that name. */
export function relatedTypeIn(schema: GraphQLSchema, type: string, property: string): string | undefined {
  const parent = schema.getType(type);
  if (!isObjectType(parent) && !isInterfaceType(parent)) return undefined;
  const field = parent.getFields()[property];
  if (field === undefined || isListType(getNullableType(field.type))) return undefined;
  const target = getNamedType(field.type);
  return isCompositeType(target) ? target.name : undefined;
}

/**
 * The schema that guards with a policy. Services bind the same policies without a schema, and yet `related` needs to
 * know which type stands behind a property: the guard leaves it here.
 */
const SCHEMAS = new WeakMap<Policy, GraphQLSchema>();

export function rememberSchema(policies: readonly Policy[], schema: GraphQLSchema): void {
  for (const policy of policies) SCHEMAS.set(policy, schema);
}

/** The type behind a property of a policy's rows: by the schema, and before one is known by the property's name. */
export function relatedTypeOf(
  policies: ReadonlyMap<string, Policy>,
  schema: GraphQLSchema | undefined,
): (type: string, property: string) => string | undefined {
  return (type, property) => {
    const policy = policies.get(type);
    const known = schema ?? (policy && SCHEMAS.get(policy));
    if (known !== undefined) return relatedTypeIn(known, type, property);
    const byName = property.charAt(0).toUpperCase() + property.slice(1);
    return policies.has(byName) ? byName : undefined;
  };
}
