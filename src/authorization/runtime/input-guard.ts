import { getNamedType, getNullableType, isEnumType, isInputObjectType, isListType } from 'graphql';
import type {
  GraphQLArgument,
  GraphQLEnumType,
  GraphQLInputObjectType,
  GraphQLInputType,
  GraphQLSchema,
} from 'graphql';
import type { DenialCode } from '../errors.ts';
import type { AccessModel, FieldRule } from '../schema/model.ts';
import { OPEN } from '../schema/requirement-table.ts';
import { isDefault } from './defaults.ts';
import type { Args } from './guard.ts';
import { denialOf } from './operation.ts';
import type { Operation } from './operation.ts';

/** Looks at a coerced value for the first thing in it that the principal may not pass in. */
type ValueGuard = (value: unknown, operation: Operation, schema: GraphQLSchema) => DenialCode | undefined;

/** The guards of a schema's input types. Types without a rule anywhere below them have none. */
export interface InputGuards {
  readonly guardOf: (type: GraphQLInputType) => ValueGuard | undefined;
  /** Whether a field's default must be told apart from what the caller sends. */
  readonly needsMark: (typeName: string, fieldName: string, type: GraphQLInputType) => boolean;
}

export function createInputGuards(schema: GraphQLSchema, model: AccessModel): InputGuards {
  const guarded = guardedInputTypes(schema, model);
  const guardOf = (type: GraphQLInputType): ValueGuard | undefined => {
    if (!guarded.has(getNamedType(type).name)) return undefined;
    const bare = getNullableType(type);
    if (isListType(bare)) return listGuard(guardOf(bare.ofType));
    if (isEnumType(bare)) return enumGuard(bare, model);
    return isInputObjectType(bare) ? objectGuard(bare, model, guardOf) : undefined;
  };
  const needsMark = (typeName: string, fieldName: string, type: GraphQLInputType) =>
    model.inputFields.has(`${typeName}.${fieldName}`) || guarded.has(getNamedType(type).name);
  return { guardOf, needsMark };
}

/** The input types that have a rule within them, at any depth. */
function guardedInputTypes(schema: GraphQLSchema, model: AccessModel): ReadonlySet<string> {
  const prefixes = [...model.inputFields.keys(), ...model.enumValues.keys()].map((key) => key.split('.')[0] ?? '');
  const guarded = new Set(prefixes);
  const inputs = Object.values(schema.getTypeMap()).filter(isInputObjectType);
  for (let size = -1; size !== guarded.size;) {
    size = guarded.size;
    for (const input of inputs) {
      const holdsOne = Object.values(input.getFields()).some(({ type }) => guarded.has(getNamedType(type).name));
      if (holdsOne) guarded.add(input.name);
    }
  }
  return guarded;
}

function listGuard(item: ValueGuard | undefined): ValueGuard | undefined {
  return (
    item &&
    ((value, operation, schema) => {
      if (!Array.isArray(value)) return undefined;
      return firstOf(value, (element: unknown) => (element === null ? undefined : item(element, operation, schema)));
    })
  );
}

function enumGuard(type: GraphQLEnumType, model: AccessModel): ValueGuard {
  const requirements = enumRequirements(type, model);
  return (value, operation) => {
    const requirement = requirements.get(value);
    return requirement === undefined ? undefined : denialOf(operation, requirement);
  };
}

/** The requirements of an enum's guarded values, by their internal values. */
export function enumRequirements(type: GraphQLEnumType, model: AccessModel): ReadonlyMap<unknown, number> {
  const values = type.getValues().map(({ name, value }): [unknown, number] => {
    return [value, model.enumValues.get(`${type.name}.${name}`) ?? OPEN];
  });
  return new Map(values.filter(([, requirement]) => requirement !== OPEN));
}

interface InputRule {
  readonly name: string;
  readonly requirement: number;
  readonly within: ValueGuard | undefined;
  readonly defaultValue: unknown;
}

function objectGuard(
  type: GraphQLInputObjectType,
  model: AccessModel,
  guardOf: (type: GraphQLInputType) => ValueGuard | undefined,
): ValueGuard {
  // Resolved when first used: an input type may contain itself.
  let rules: readonly InputRule[] | undefined;
  const rulesOf = () =>
    Object.values(type.getFields()).map(({ name, type: fieldType, defaultValue }) => ({
      name,
      defaultValue,
      requirement: model.inputFields.get(`${type.name}.${name}`) ?? OPEN,
      within: guardOf(fieldType),
    }));
  return (value, operation, schema) => {
    if (typeof value !== 'object' || value === null) return undefined;
    rules ??= rulesOf();
    return firstOf(rules, ({ name, requirement, within, defaultValue }) => {
      const supplied: unknown = Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
      if (supplied === undefined || isDefault(schema, supplied, defaultValue)) return undefined;
      const denial = requirement === OPEN ? undefined : denialOf(operation, requirement);
      return denial ?? (supplied === null ? undefined : within?.(supplied, operation, schema));
    });
  };
}

function firstOf<Item>(
  items: readonly Item[],
  denialFor: (item: Item) => DenialCode | undefined,
): DenialCode | undefined {
  for (const item of items) {
    const denial = denialFor(item);
    if (denial !== undefined) return denial;
  }
  return undefined;
}

/** What a field's arguments demand of who supplies them, as the schema that is executed coerced them. */
export type ArgsGuard = (
  args: Args,
  supplied: ReadonlySet<string>,
  operation: Operation,
  schema: GraphQLSchema,
) => DenialCode | undefined;

export function argsGuard(
  rule: FieldRule,
  args: readonly GraphQLArgument[],
  guards: InputGuards,
): ArgsGuard | undefined {
  const rules = args
    .map(({ name, type }) => ({ name, requirement: rule.args.get(name) ?? OPEN, within: guards.guardOf(type) }))
    .filter(({ requirement, within }) => requirement !== OPEN || within !== undefined);
  if (rules.length === 0) return undefined;
  return (values, supplied, operation, schema) =>
    firstOf(rules, ({ name, requirement, within }) => {
      if (!supplied.has(name)) return undefined;
      const denial = requirement === OPEN ? undefined : denialOf(operation, requirement);
      return denial ?? within?.(values[name], operation, schema);
    });
}
