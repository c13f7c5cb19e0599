import { GraphQLBoolean, GraphQLFloat, GraphQLID, GraphQLInt, GraphQLString, type GraphQLLeafType } from 'graphql';
import { inspect } from 'graphql/jsutils/inspect.js';

/**
 * Codes of how the value of a field is got. `callCode` runs a resolver, or reads a property below which there is more;
 * all others read a property and answer it as it is, if it is what the type's serialiser would answer unchanged.
 */
export const callCode = 0;
export const textCode = 1;
export const integerCode = 2;
export const numberCode = 3;
export const booleanCode = 4;
/** A leaf that always goes through its serialiser. */
export const otherCode = 5;
/** `__typename`, which reads nothing. */
export const typenameCode = 6;

type Serialiser = GraphQLLeafType['serialize'];

const codesBySerialiser: ReadonlyMap<Serialiser, number> = new Map<Serialiser, number>([
  [GraphQLString.serialize, textCode],
  [GraphQLID.serialize, textCode],
  [GraphQLInt.serialize, integerCode],
  [GraphQLFloat.serialize, numberCode],
  [GraphQLBoolean.serialize, booleanCode],
]);

export function leafCodeOf(type: GraphQLLeafType): number {
  return codesBySerialiser.get(type.serialize) ?? otherCode;
}

/** Returns whether a value is its own serialisation. */
export function isReady(code: number, value: unknown): boolean {
  switch (code) {
    case textCode:
      return typeof value === 'string';
    case integerCode:
      return typeof value === 'number' && (value | 0) === value;
    case numberCode:
      return typeof value === 'number' && Number.isFinite(value);
    case booleanCode:
      return typeof value === 'boolean';
    default:
      return false;
  }
}

/** Serialises a value. @throws Error if the serialiser refuses the value, or answers nothing for it */
export function serialise(type: GraphQLLeafType, value: unknown): unknown {
  const serialised: unknown = type.serialize(value);
  if (serialised !== null && serialised !== undefined) return serialised;
  throw new Error(
    `Expected \`${inspect(type)}.serialize(${inspect(value)})\` to return non-nullable value, returned: ${inspect(serialised)}`,
  );
}
