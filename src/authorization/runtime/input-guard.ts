import {
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLSchema,
} from 'graphql';
import type { AccessModel } from '../schema/access-model.ts';
import { denialAt, type Denial } from './decisions.ts';
import { enumGuard } from './enum-guard.ts';
import type { Operation } from './guard.ts';
import { isDefault } from './marked-defaults.ts';

/** Searches a coerced value for the first part of it that the principal may not pass in. */
type InputGuard = (value: unknown, operation: Operation, schema: GraphQLSchema) => Denial | undefined;

/** The guards of a schema's input types. Types without a rule at any depth have none. */
export interface InputGuards {
  readonly guardOf: (type: GraphQLInputType) => InputGuard | undefined;
  /** Tells whether a field's default must be distinguished from what the caller sends. */
  readonly needsMark: (typeName: string, fieldName: string, type: GraphQLInputType) => boolean;
}

export function createInputGuards(schema: GraphQLSchema, model: AccessModel): InputGuards {
  const guarded = guardedInputTypes(schema, model);
  const guardOf = (type: GraphQLInputType): InputGuard | undefined => {
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

/** Finds the input types that have a rule within them, at any depth. */
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

function listGuard(item: InputGuard | undefined): InputGuard | undefined {
  return (
    item &&
    ((value, operation, schema) => {
      if (!Array.isArray(value)) return undefined;
      return firstOf(value, (element: unknown) => (element === null ? undefined : item(element, operation, schema)));
    })
  );
}

interface InputRule {
  readonly name: string;
  readonly coordinate: string;
  readonly requirement: number | undefined;
  readonly within: InputGuard | undefined;
  readonly defaultValue: unknown;
}

function objectGuard(
  type: GraphQLInputObjectType,
  model: AccessModel,
  guardOf: (type: GraphQLInputType) => InputGuard | undefined,
): InputGuard {
  // Resolved when first used: an input type may contain itself.
  let rules: readonly InputRule[] | undefined;
  const rulesOf = () =>
    Object.values(type.getFields()).map(({ name, type: fieldType, defaultValue }) => {
      const coordinate = `${type.name}.${name}`;
      const requirement = model.inputFields.get(coordinate);
      return { name, coordinate, requirement, within: guardOf(fieldType), defaultValue };
    });
  return (value, operation, schema) => {
    if (typeof value !== 'object' || value === null) return undefined;
    rules ??= rulesOf();
    return firstOf(rules, ({ name, coordinate, requirement, within, defaultValue }) => {
      const supplied: unknown = Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
      if (supplied === undefined || isDefault(schema, supplied, defaultValue)) return undefined;
      const denial = denialAt(operation, coordinate, requirement);
      return denial ?? (supplied === null ? undefined : within?.(supplied, operation, schema));
    });
  };
}

/** Returns the first denial that an item of a list causes. */
export function firstOf<Item>(
  items: readonly Item[],
  denialFor: (item: Item) => Denial | undefined,
): Denial | undefined {
  for (const item of items) {
    const denial = denialFor(item);
    if (denial !== undefined) return denial;
  }
  return undefined;
}
