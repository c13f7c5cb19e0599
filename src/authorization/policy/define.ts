import { CONDITIONS } from './condition.ts';
import type { Condition, Conditions } from './condition.ts';

/** The rules of one type: each action is a condition on the principal and the row. */
export interface Policy {
  readonly type: string;
  readonly actions: Readonly<Record<string, Condition>>;
}

/**
 * Writes down the policy of a type.
 *
 * @param type the GraphQL type, which is also the name by which rows are loaded
 * @param define gets the vocabulary of conditions and answers one condition for each action
 */
export function definePolicy<Row extends object = Record<string, unknown>>(
  type: string,
  define: (conditions: Conditions<Row>) => Readonly<Record<string, Condition>>,
): Policy {
  return Object.freeze({ type, actions: Object.freeze({ ...define(CONDITIONS as Conditions<Row>) }) });
}
