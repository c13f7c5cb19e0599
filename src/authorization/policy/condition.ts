import type { Principal } from '../model/principal.ts';
import type { RelationOf } from './relations.ts';
import { isRow } from './value.ts';

/** A value that a column can hold. A bare id stands for the row that it names. */
export type FilterScalar = string | number | bigint | boolean | Date | null;

/** The comparisons that mean the same in memory and in SQL. */
export interface FilterOperators {
  readonly $eq?: FilterScalar | undefined;
  readonly $ne?: FilterScalar | undefined;
  readonly $in?: readonly FilterScalar[] | undefined;
  readonly $lt?: FilterScalar | undefined;
  readonly $lte?: FilterScalar | undefined;
  readonly $gt?: FilterScalar | undefined;
  readonly $gte?: FilterScalar | undefined;
}

interface NestedFilter {
  readonly [property: string]: FilterValue;
}

/** The demand that a filter makes of one property: equality, comparisons, or a filter of the row behind a relation. */
export type FilterValue = FilterScalar | FilterOperators | NestedFilter | undefined;

/**
 * Properties that must all match, in MikroORM's syntax. An undefined value matches nothing: a principal without a user
 * is not the owner of the rows that have none. An empty filter denies. Properties that hold several rows are for
 * `some`.
 */
export type Filter<Row> = {
  readonly [Key in keyof Row]?: NonNullable<Row[Key]> extends string | Uint8Array
    ? FilterValue
    : NonNullable<Row[Key]> extends Iterable<unknown>
      ? undefined
      : FilterValue;
};

type Property<Row> = keyof Row & string;

/** The rows behind a to-many property; of bare ids, rows that have an id. */
type ItemOf<Value> =
  NonNullable<Value> extends Iterable<infer Item> ? (Item extends object ? Item : { readonly id: Item }) : Loose;

/** A row of which nothing is known. */
type Loose = Record<string, unknown>;

/** The conditions that the principal alone settles. */
export type PrincipalCondition =
  | { readonly kind: 'everyone' }
  | { readonly kind: 'nobody' }
  | { readonly kind: 'authenticated' }
  | { readonly kind: 'role'; readonly roles: readonly string[] }
  | { readonly kind: 'scope'; readonly scope: string };

/** The coerced arguments of a field, as conditions read them. */
export type PolicyArguments = Readonly<Record<string, unknown>>;

/** A filter of the row, as it is written or as a function of the principal and of the arguments. */
export type IsCondition =
  | { readonly kind: 'is'; readonly filter: unknown }
  | { readonly kind: 'is'; readonly filterFor: (principal: Principal, args: PolicyArguments) => unknown };

/** The conditions that look at the row, or contain others that may. */
export type RowCondition =
  | IsCondition
  | { readonly kind: 'owner'; readonly property: string }
  | { readonly kind: 'related'; readonly property: string; readonly action: string }
  | { readonly kind: 'some'; readonly property: string; readonly condition: Condition }
  | { readonly kind: 'anyOf' | 'allOf'; readonly conditions: readonly Condition[] };

/**
 * The demand of a policy on a principal and a row, as data: it decides in memory, becomes a filter for SQL, and
 * explains itself. Made by the functions that `definePolicy` hands out; its shape may grow.
 */
export type Condition = PrincipalCondition | RowCondition;

declare const rowOf: unique symbol;

/** A condition on rows of a type: the compiler lets one on other rows pass nowhere. At run time it is a `Condition`. */
export type ConditionOn<Row> = Condition & { readonly [rowOf]?: (row: Row) => void };

/**
 * The conditions in which a policy is written. There is no `not`: over errors and nulls a negation opens.
 *
 * @typeParam Row the rows of the type; conditions name their properties
 */
export interface Conditions<Row> {
  /** Holds for every principal and row, anonymous included. */
  readonly everyone: Condition;
  /** Holds for no principal. */
  readonly nobody: Condition;
  /** Holds for every principal that has signed in. */
  readonly authenticated: Condition;
  /** The principal holds any one of these roles, by inclusion or itself. */
  readonly role: (...roles: readonly string[]) => Condition;
  /** One of the principal's scopes covers this one. */
  readonly scope: (scope: string) => Condition;
  /**
   * The row matches a filter, which may depend on the principal. With a second parameter the function receives the
   * coerced arguments of the field that asks, so that it is for actions of fields and not of a type's own rows.
   */
  readonly is: <On = Row>(
    filter: Filter<NoInfer<On>> | ((principal: Principal, args: PolicyArguments) => Filter<NoInfer<On>>),
  ) => ConditionOn<On>;
  /** The principal's user is the one in this property, which holds an id or a row. */
  readonly owner: <On = Row>(property: Property<NoInfer<On>>) => ConditionOn<On>;
  /** The policy of the row in this property allows this action. */
  readonly related: <On = Row>(property: Property<NoInfer<On>>, action: string) => ConditionOn<On>;
  /**
   * Some row in this property, which holds several rows or their ids, meets a condition. A function receives the
   * conditions of those rows, to look further: `some('teams', ({ some, owner }) => some('members', owner('user')))`.
   */
  readonly some: string extends keyof Row
    ? (property: string, condition: Condition | ((conditions: Conditions<Loose>) => Condition)) => Condition
    : <Name extends Property<Row>>(
        property: Name,
        condition:
          | ConditionOn<ItemOf<Row[Name]>>
          | ((conditions: Conditions<ItemOf<Row[Name]>>) => ConditionOn<ItemOf<Row[Name]>>),
      ) => ConditionOn<Row>;
  /** Any one of these conditions holds; of none, none does. */
  readonly anyOf: <On = Row>(...conditions: ReadonlyArray<ConditionOn<On>>) => ConditionOn<On>;
  /** All of these conditions hold. `allOf()` holds for no principal: nothing demanded is nothing granted. */
  readonly allOf: <On = Row>(...conditions: ReadonlyArray<ConditionOn<On>>) => ConditionOn<On>;
}

/** The same for rows of which nothing is known, as they are made at run time. */
export const conditions: Conditions<Loose> = {
  everyone: { kind: 'everyone' },
  nobody: { kind: 'nobody' },
  authenticated: { kind: 'authenticated' },
  role: (...roles) => ({ kind: 'role', roles }),
  scope: (scope) => ({ kind: 'scope', scope }),
  is: (filter) => (typeof filter === 'function' ? { kind: 'is', filterFor: filter } : { kind: 'is', filter }),
  owner: (property) => ({ kind: 'owner', property }),
  related: (property, action) => ({ kind: 'related', property, action }),
  some: (property, condition) => ({
    kind: 'some',
    property,
    condition: typeof condition === 'function' ? condition(conditions) : condition,
  }),
  anyOf: (...parts) => ({ kind: 'anyOf', conditions: parts }),
  allOf: (...parts) => ({ kind: 'allOf', conditions: parts }),
};

/** A condition within another, and the type of the rows that it looks at; `undefined` if that is not known. */
export interface ConditionPart {
  readonly type: string | undefined;
  readonly part: Condition;
}

/** Lists all conditions within a condition on a type's rows, itself included. */
export function conditionsWithin(
  type: string | undefined,
  condition: Condition,
  relationOf: RelationOf,
): readonly ConditionPart[] {
  // Policies may come from JavaScript: something that is no condition is left to deny, and to be logged, when
  // evaluated.
  if (!isRow(condition)) return [];
  const own = { type, part: condition };
  if ('conditions' in condition) {
    return [own, ...condition.conditions.flatMap((part) => conditionsWithin(type, part, relationOf))];
  }
  if (condition.kind !== 'some') return [own];
  const target = type === undefined ? undefined : relationOf(type, condition.property)?.type;
  return [own, ...conditionsWithin(target, condition.condition, relationOf)];
}

/**
 * Denies for a kind of condition that this engine does not know; with a kind left out, its caller does not compile.
 */
export function unknownCondition(_condition: never): never {
  throw new TypeError(
    'A policy contains a value that is not a condition: use the functions that definePolicy hands in.',
  );
}
