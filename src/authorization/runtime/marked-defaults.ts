import {
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isScalarType,
  isSpecifiedScalarType,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql';

/**
 * The defaults that marks stand for. Coercion fills the SDL's defaults of input fields into what the caller sent
 * (GraphQL specification §3.10), and the result no longer tells which is which. So a guarded field gets a mark instead
 * of its default: lists and objects are copies known by identity, other values are wrapped. A null as default cannot be
 * marked; it counts as left out, because to pass null in its place changes nothing.
 */
const markedDefaults = new WeakMap<object, unknown>();

class MarkedDefault {
  readonly #value: unknown;
  constructor(value: unknown) {
    this.#value = value;
    markedDefaults.set(this, value);
  }
  /** Returns the default, which the built-in scalars serialise, so that a printed schema shows it. */
  valueOf(): unknown {
    return this.#value;
  }
}

export function markDefault(value: unknown): unknown {
  if (value === null || value === undefined) return value;
  if (typeof value !== 'object') return new MarkedDefault(value);
  const copy: object = Array.isArray(value) ? [...value] : { ...value };
  markedDefaults.set(copy, value);
  return copy;
}

export function isMarked(value: unknown): value is object {
  return typeof value === 'object' && value !== null && markedDefaults.has(value);
}

const SCHEMAS = new WeakSet<GraphQLSchema>();

/** Notes that the guarded defaults of a schema are marked; a `mapSchema` over it may replace them by plain ones. */
export function rememberMarks(schema: GraphQLSchema): void {
  SCHEMAS.add(schema);
}

/**
 * Tells whether a value is there because the caller left the field out. In a schema that lost its marks a value like
 * the default is taken for it: to pass it changes nothing.
 */
export function isDefault(schema: GraphQLSchema, value: unknown, defaultValue: unknown): boolean {
  if (isMarked(value) || (value === null && defaultValue === null)) return true;
  return defaultValue !== undefined && !SCHEMAS.has(schema) && JSON.stringify(value) === JSON.stringify(defaultValue);
}

function unmark(value: unknown): unknown {
  return isMarked(value) ? markedDefaults.get(value) : value;
}

/** Lets an enum or a scalar of the schema's own print marks, as the built-in scalars do by themselves. */
export function letPrintMarks(type: GraphQLNamedType): void {
  if (!isEnumType(type) && !(isScalarType(type) && !isSpecifiedScalarType(type))) return;
  const serialize = type.serialize.bind(type);
  type.serialize = (value: unknown) => serialize(unmark(value));
}

/** Returns a value with its marks replaced by the defaults, as a copy; the value itself if it holds none. */
export function withoutMarks(type: GraphQLInputType, value: unknown): unknown {
  if (isMarked(value)) return unmark(value);
  if (isNonNullType(type)) return withoutMarks(type.ofType, value);
  if (typeof value !== 'object' || value === null || isLeafType(type)) return value;
  if (isListType(type)) {
    return Array.isArray(value)
      ? replaced(
          value,
          value.map((item) => withoutMarks(type.ofType, item)),
        )
      : value;
  }
  if (!isInputObjectType(type)) return value;
  const fields = type.getFields();
  const entries = Object.entries(value).map(([name, item]: [string, unknown]) => {
    const field = fields[name];
    return [name, field === undefined ? item : withoutMarks(field.type, item)] as const;
  });
  const isChanged = entries.some(([name, item]) => item !== Reflect.get(value, name));
  return isChanged ? Object.fromEntries(entries) : value;
}

function replaced(original: readonly unknown[], items: readonly unknown[]): readonly unknown[] {
  return items.some((item, index) => item !== original[index]) ? items : original;
}
