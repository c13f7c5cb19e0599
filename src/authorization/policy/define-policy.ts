import type { SchemaProblem } from '../model/access-errors.ts';
import { conditions, type Condition, type ConditionOn, type Conditions } from './condition.ts';

/**
 * The rules of one type: each action is a condition on the principal and the row. The type parameters keep the names,
 * so that `bindPolicies` offers them and a misspelt one does not compile.
 */
export interface Policy<Type extends string = string, Action extends string = string> {
  readonly type: Type;
  readonly actions: Readonly<Record<Action, Condition>>;
}

/**
 * Defines the policy of a type.
 *
 * @param type the GraphQL type, which is also the name by which rows are loaded
 * @param define receives the conditions and returns one condition for each action
 * @example
 * // With the parameter annotated, the policy knows its type and actions by name:
 * const notePolicy = definePolicy('Note', ({ anyOf, is, owner }: Conditions<Note>) => ({
 *   read: anyOf(is({ status: 'PUBLISHED' }), owner('author')),
 *   delete: owner('author'),
 * }));
 */
export function definePolicy<Type extends string, Action extends string, Row extends object = Record<string, unknown>>(
  type: Type,
  define: (conditions: Conditions<Row>) => Readonly<Record<Action, ConditionOn<Row>>>,
): Policy<Type, Action>;
export function definePolicy<Row extends object>(
  type: string,
  define: (conditions: Conditions<Row>) => Readonly<Record<string, ConditionOn<Row>>>,
): Policy;
export function definePolicy(
  type: string,
  define: (conditions: Conditions<Record<string, unknown>>) => Readonly<Record<string, Condition>>,
): Policy {
  return Object.freeze({ type, actions: Object.freeze({ ...define(conditions) }) });
}

/** Lists the mistakes that policies make among themselves: two of one type. */
export function problemsOfPolicies(policies: readonly Policy[]): SchemaProblem[] {
  const seen = new Set<string>();
  return policies.flatMap(({ type }) => {
    const isSecond = seen.has(type);
    seen.add(type);
    return isSecond
      ? [{ coordinate: type, problem: 'it has two policies.', remedy: 'Write its actions into one definePolicy.' }]
      : [];
  });
}
