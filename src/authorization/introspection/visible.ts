import {
  getNamedType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
  isUnionType,
} from 'graphql';
import type { GraphQLField, GraphQLNamedType, GraphQLSchema, GraphQLType } from 'graphql';
import type { AccessModel } from '../schema/model.ts';
import { OPEN } from '../schema/requirement-table.ts';

type Field = GraphQLField<unknown, unknown>;

/** The elements of a schema that a caller sees: types, fields, arguments, input fields, enum values. */
export type Visible = ReadonlySet<object>;

/** What somebody sees whose rights reach these requirements: all that they can use, and nothing that only hangs on it. */
export function visibleElements(
  schema: GraphQLSchema,
  model: AccessModel,
  reachesRequirement: (requirement: number) => boolean,
): Visible {
  const usable = usableElements(schema, model, reachesRequirement);
  const seen = new Set<object>();
  const open: GraphQLNamedType[] = startingPoints(schema, usable);
  for (let type = open.pop(); type !== undefined; type = open.pop()) {
    if (seen.has(type)) continue;
    seen.add(type);
    open.push(...relativesOf(schema, type).filter((next) => usable.has(next)));
    for (const part of partsOf(type)) {
      if (!usable.has(part.element)) continue;
      seen.add(part.element);
      if (part.leadsTo !== undefined) open.push(part.leadsTo);
    }
  }
  return seen;
}

/** The query root, what directives are made of, and introspection itself are always there. */
function startingPoints(schema: GraphQLSchema, usable: ReadonlySet<object>): GraphQLNamedType[] {
  const others = [schema.getMutationType(), schema.getSubscriptionType()];
  const roots = [schema.getQueryType(), ...others.filter((root) => root && usable.has(root))];
  const ofDirectives = schema.getDirectives().flatMap(({ args }) => args.map(({ type }) => getNamedType(type)));
  const ofIntrospection = Object.values(schema.getTypeMap()).filter(isIntrospectionType);
  return [...roots.filter((root) => root !== null && root !== undefined), ...ofDirectives, ...ofIntrospection];
}

/** A field, argument, input field or enum value, and the type that one comes to by it. */
interface Part {
  readonly element: object;
  readonly leadsTo?: GraphQLNamedType;
}

function partsOf(type: GraphQLNamedType): readonly Part[] {
  if (isObjectType(type) || isInterfaceType(type)) {
    const fields = Object.values<Field>(type.getFields());
    return fields.flatMap((field) => [field, ...field.args]).map(typedPart);
  }
  if (isInputObjectType(type)) return Object.values(type.getFields()).map(typedPart);
  return isEnumType(type) ? type.getValues().map((element) => ({ element })) : [];
}

function typedPart(element: { readonly type: GraphQLType }): Part {
  return { element, leadsTo: getNamedType(element.type) };
}

/** The types that an abstract type may turn out to be, and the interfaces of an object type. */
function relativesOf(schema: GraphQLSchema, type: GraphQLNamedType): readonly GraphQLNamedType[] {
  const possible = isAbstractType(type) ? schema.getPossibleTypes(type) : [];
  return isObjectType(type) || isInterfaceType(type) ? [...possible, ...type.getInterfaces()] : possible;
}

/**
 * Everything that can be used, wherever it hangs. To hide one thing may make another useless (a field whose required
 * argument is out of reach, a type without fields), so this goes round until nothing changes any more.
 */
function usableElements(
  schema: GraphQLSchema,
  model: AccessModel,
  reachesRequirement: (requirement: number) => boolean,
): ReadonlySet<object> {
  const types = Object.values(schema.getTypeMap());
  let usable = new Set<object>(types);
  for (let size = -1; size !== usable.size;) {
    size = usable.size;
    const before = usable;
    usable = new Set(types.flatMap((type) => usableParts(model, reachesRequirement, before, type)));
  }
  return usable;
}

function usableParts(
  model: AccessModel,
  reachesRequirement: (requirement: number) => boolean,
  before: ReadonlySet<object>,
  type: GraphQLNamedType,
): readonly object[] {
  if (isIntrospectionType(type)) return [type, ...partsOf(type).map(({ element }) => element)];
  if (!before.has(type) || !reachesRequirement(model.types.get(type.name)?.requirement ?? OPEN)) return [];
  if (isObjectType(type) || isInterfaceType(type)) {
    const fields = Object.values<Field>(type.getFields()).flatMap((field) => {
      const rule = model.fields.get(`${type.name}.${field.name}`);
      if (!before.has(getNamedType(field.type)) || !reachesRequirement(rule?.requirement ?? OPEN)) return [];
      const args = field.args.filter(
        (arg) => before.has(getNamedType(arg.type)) && reachesRequirement(rule?.args.get(arg.name) ?? OPEN),
      );
      const isCallable = field.args.every((arg) => !isRequiredArgument(arg) || args.includes(arg));
      return isCallable ? [field, ...args] : [];
    });
    return fields.length === 0 ? [] : [type, ...fields];
  }
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields());
    const visible = fields.filter(({ name, type: fieldType }) => {
      const requirement = model.inputFields.get(`${type.name}.${name}`) ?? OPEN;
      return before.has(getNamedType(fieldType)) && reachesRequirement(requirement);
    });
    const isFillable = fields.every((field) => !isRequiredInputField(field) || visible.includes(field));
    return isFillable && visible.length > 0 ? [type, ...visible] : [];
  }
  if (isEnumType(type)) {
    const visible = type
      .getValues()
      .filter(({ name }) => reachesRequirement(model.enumValues.get(`${type.name}.${name}`) ?? OPEN));
    return visible.length === 0 ? [] : [type, ...visible];
  }
  if (!isUnionType(type)) return [type];
  return type.getTypes().some((member) => before.has(member)) ? [type] : [];
}
