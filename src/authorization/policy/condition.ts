import type { Principal } from '../principal.ts';

/** A value that a column can hold. Bare ids stand for the rows that they name. */
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

export interface NestedFilter {
  readonly [property: string]: FilterValue;
}
export type FilterValue = FilterScalar | FilterOperators | NestedFilter | undefined;

/**
 * Properties that must all match. An undefined value matches nothing: a principal without a user is not the owner of
 * the rows that have none.
 */
export type Filter<Row> = { readonly [Key in keyof Row]?: FilterValue };

type Property<Row> = keyof Row & string;

/** The conditions that a principal alone settles. */
export type PrincipalCondition =
  | { readonly kind: 'everyone' | 'nobody' | 'authenticated' }
  | { readonly kind: 'role'; readonly roles: readonly string[] }
  | { readonly kind: 'scope'; readonly scope: string };

/** The conditions that look at the row, or contain others that may. */
export type RowCondition =
  | { readonly kind: 'is'; readonly filter: unknown }
  | { readonly kind: 'is'; readonly filterFor: (principal: Principal) => unknown }
  | { readonly kind: 'owner'; readonly property: string }
  | { readonly kind: 'related'; readonly property: string; readonly action: string }
  | { readonly kind: 'anyOf' | 'allOf'; readonly conditions: readonly Condition[] };

/** What a policy demands of a principal and a row, as data: it decides in memory, becomes SQL, and explains itself. */
export type Condition = PrincipalCondition | RowCondition;

/** The vocabulary in which a policy is written. There is no `not`: over errors and nulls a negation opens. */
export interface Conditions<Row> {
  readonly everyone: Condition;
  readonly nobody: Condition;
  readonly authenticated: Condition;
  /** Any one of these roles, inherited ones included. */
  readonly role: (...roles: readonly string[]) => Condition;
  readonly scope: (scope: string) => Condition;
  readonly is: (filter: Filter<Row> | ((principal: Principal) => Filter<Row>)) => Condition;
  /** The principal's user is the one in this property, which holds an id or a row. */
  readonly owner: (property: Property<Row>) => Condition;
  /** The policy of the row in this property allows this action. */
  readonly related: (property: Property<Row>, action: string) => Condition;
  readonly anyOf: (...conditions: readonly Condition[]) => Condition;
  readonly allOf: (...conditions: readonly Condition[]) => Condition;
}

export const CONDITIONS: Conditions<Record<string, unknown>> = {
  everyone: { kind: 'everyone' },
  nobody: { kind: 'nobody' },
  authenticated: { kind: 'authenticated' },
  role: (...roles) => ({ kind: 'role', roles }),
  scope: (scope) => ({ kind: 'scope', scope }),
  is: (filter) => (typeof filter === 'function' ? { kind: 'is', filterFor: filter } : { kind: 'is', filter }),
  owner: (property) => ({ kind: 'owner', property }),
  related: (property, action) => ({ kind: 'related', property, action }),
  anyOf: (...conditions) => ({ kind: 'anyOf', conditions }),
  allOf: (...conditions) => ({ kind: 'allOf', conditions }),
};
