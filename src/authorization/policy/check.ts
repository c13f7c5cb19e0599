import type { Offence } from '../errors.ts';
import type { Condition } from './condition.ts';
import type { Policy } from './define.ts';
import { isRow } from './value.ts';

/** All conditions within a condition, itself included. */
export function partsOf(condition: Condition): readonly Condition[] {
  // Policies may come from JavaScript: something that is no condition is left to deny, and to be logged, when asked.
  if (!isRow(condition)) return [];
  return 'conditions' in condition ? [condition, ...condition.conditions.flatMap(partsOf)] : [condition];
}

/** The mistakes that policies make among themselves: two for one type. */
export function offencesOfPolicies(policies: readonly Policy[]): Offence[] {
  const seen = new Set<string>();
  return policies.flatMap(({ type }) => {
    const isSecond = seen.has(type);
    seen.add(type);
    return isSecond
      ? [{ coordinate: type, problem: 'it has two policies.', remedy: 'Write its actions into one definePolicy.' }]
      : [];
  });
}
