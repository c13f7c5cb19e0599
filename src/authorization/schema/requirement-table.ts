import { clauseText, type Clause } from '../model/clause.ts';
import type { Requirement } from '../model/requirement.ts';

/** The number of the requirement that demands nothing. */
export const unrestricted = 0;

/** The distinct requirements of a schema. Each has a number, so that a decision on it is one byte of a table. */
export interface RequirementTable {
  readonly list: readonly Requirement[];
  readonly numberOf: (clauses: readonly Clause[]) => number;
}

export function createRequirementTable(): RequirementTable {
  const list: Requirement[] = [{ clauses: [], text: 'public' }];
  const numbers = new Map<string, number>([['', unrestricted]]);
  const numberOf = (clauses: readonly Clause[]): number => {
    const distinct = new Map(clauses.map((clause) => [JSON.stringify(clause), clause]));
    const key = [...distinct.keys()].toSorted().join('\n');
    const known = numbers.get(key);
    if (known !== undefined) return known;
    const demanded = [...distinct.values()];
    numbers.set(key, list.length);
    return list.push({ clauses: demanded, text: demanded.map(clauseText).join('; ') }) - 1;
  };
  return { list, numberOf };
}
