import type { Condition } from './condition.ts';
import type { Policy } from './define-policy.ts';

/**
 * Lists the properties of a row that a policy reads, for one of its actions or for all: what a host must load before it
 * lets the policy decide. A related row is read by its own policy.
 *
 * @returns `undefined` if only the policy knows, because a function writes one of its filters: then load them all
 */
export function columnsRead(policy: Policy, action?: string): readonly string[] | undefined {
  const asked = action === undefined ? Object.values(policy.actions) : [policy.actions[action]];
  const read = asked.map((condition) => (condition === undefined ? [] : columnsOf(condition)));
  return union(read);
}

function columnsOf(condition: Condition): readonly string[] | undefined {
  switch (condition.kind) {
    case 'is':
      return 'filter' in condition ? namesIn(condition.filter) : undefined;
    case 'owner':
    case 'related':
      return [condition.property];
    case 'anyOf':
    case 'allOf':
      return union(condition.conditions.map(columnsOf));
    case 'everyone':
    case 'nobody':
    case 'authenticated':
    case 'role':
    case 'scope':
      return [];
    // Its rows are of another table, and its property is no column of this one: the host loads what it knows.
    case 'some':
    default:
      return undefined;
  }
}

const namesIn = (filter: unknown): readonly string[] =>
  typeof filter === 'object' && filter !== null ? Object.keys(filter) : [];

function union(lists: ReadonlyArray<readonly string[] | undefined>): readonly string[] | undefined {
  const known = lists.filter((list) => list !== undefined);
  return known.length < lists.length ? undefined : [...new Set(known.flat())];
}
