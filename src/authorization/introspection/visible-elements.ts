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
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  type GraphQLType,
} from 'graphql';
import { canReach } from '../runtime/decisions.ts';
import type { Operation } from '../runtime/guard.ts';
import type { AccessModel } from '../schema/access-model.ts';
import { unrestricted } from '../schema/requirement-table.ts';

type Field = GraphQLField<unknown, unknown>;

/** The elements of a schema that a caller sees: types, fields, arguments, input fields and enum values. */
export type Visible = ReadonlySet<object>;

/** Callers differ by few sets of rights; the oldest set makes room if there are more. */
const maxCached = 64;
const visibleByRights = new WeakMap<GraphQLSchema, Map<string, Visible>>();

/** Returns what the principal of an operation sees of a schema: worked out once for each distinct set of rights. */
export function visibleTo(schema: GraphQLSchema, operation: Operation): Visible {
  const { model } = operation.guard;
  const reached = model.requirements.list.map((_, requirement) => canReach(operation, requirement));
  const rights = reached.map(Number).join('');
  const cached = visibleByRights.get(schema) ?? new Map<string, Visible>();
  const visible = cached.get(rights) ?? visibleElements(schema, model, (requirement) => reached[requirement] === true);
  cached.delete(rights);
  cached.set(rights, visible);
  const [oldest] = cached.keys();
  if (cached.size > maxCached && oldest !== undefined) cached.delete(oldest);
  visibleByRights.set(schema, cached);
  return visible;
}

/** Collects what a caller can use whose rights reach these requirements, as far as the roots lead to it. */
function visibleElements(
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

/** Lists what every caller sees: the query root, the types of directives' arguments, and introspection itself. */
function startingPoints(schema: GraphQLSchema, usable: ReadonlySet<object>): GraphQLNamedType[] {
  const others = [schema.getMutationType(), schema.getSubscriptionType()];
  const roots = [schema.getQueryType(), ...others.filter((root) => root && usable.has(root))];
  const ofDirectives = schema.getDirectives().flatMap(({ args }) => args.map(({ type }) => getNamedType(type)));
  const ofIntrospection = Object.values(schema.getTypeMap()).filter(isIntrospectionType);
  return [...roots.filter((root) => root !== null && root !== undefined), ...ofDirectives, ...ofIntrospection];
}

/** A field, argument, input field or enum value, and the type to which it leads. */
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

/** Lists the possible types of an abstract type, and the interfaces of a type. */
function relativesOf(schema: GraphQLSchema, type: GraphQLNamedType): readonly GraphQLNamedType[] {
  const possible = isAbstractType(type) ? schema.getPossibleTypes(type) : [];
  return isObjectType(type) || isInterfaceType(type) ? [...possible, ...type.getInterfaces()] : possible;
}

/**
 * Collects everything that can be used. To hide one element may make another useless (a field whose required argument
 * is out of reach, a type without fields), so this repeats until nothing changes any more.
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
  if (!before.has(type) || !reachesRequirement(model.types.get(type.name)?.requirement ?? unrestricted)) return [];
  if (isObjectType(type) || isInterfaceType(type)) {
    const fields = Object.values<Field>(type.getFields()).flatMap((field) => {
      const rule = model.fields.get(`${type.name}.${field.name}`);
      if (!before.has(getNamedType(field.type)) || !reachesRequirement(rule?.requirement ?? unrestricted)) return [];
      const args = field.args.filter(
        (arg) => before.has(getNamedType(arg.type)) && reachesRequirement(rule?.args.get(arg.name) ?? unrestricted),
      );
      const isCallable = field.args.every((arg) => !isRequiredArgument(arg) || args.includes(arg));
      return isCallable ? [field, ...args] : [];
    });
    return fields.length === 0 ? [] : [type, ...fields];
  }
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields());
    const visible = fields.filter(({ name, type: fieldType }) => {
      const requirement = model.inputFields.get(`${type.name}.${name}`) ?? unrestricted;
      return before.has(getNamedType(fieldType)) && reachesRequirement(requirement);
    });
    const isFillable = fields.every((field) => !isRequiredInputField(field) || visible.includes(field));
    return isFillable && visible.length > 0 ? [type, ...visible] : [];
  }
  if (isEnumType(type)) {
    const visible = type
      .getValues()
      .filter(({ name }) => reachesRequirement(model.enumValues.get(`${type.name}.${name}`) ?? unrestricted));
    return visible.length === 0 ? [] : [type, ...visible];
  }
  if (!isUnionType(type)) return [type];
  return type.getTypes().some((member) => before.has(member)) ? [type] : [];
}
