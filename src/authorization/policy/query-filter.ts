import type { Comparison, Test } from './filter.ts';
import { isPlainObject } from './value.ts';

/** A filter in MikroORM's query syntax. `{}` is every row; compare with `NOTHING` before sending a query. */
export type Where = Readonly<Record<string, unknown>>;

/**
 * The filter of a condition that no row can meet: compare with it and send no query. It is a filter all the same,
 * because one that is passed on by mistake must find nothing, whereas `null` or `{}` would find everything. MikroORM
 * writes into the filters that it is given; this one answers afresh whatever was written.
 */
export const NOTHING: Where = Object.freeze({
  get id() {
    return { $in: [] };
  },
  set id(_written: unknown) {
    // A filter that nothing can meet stays so.
  },
});

/** Writes tests as a filter; `false` if one of them can never be met. */
export function toFilter(tests: readonly Test[]): Where | false {
  const parts: Where[] = [];
  for (const test of tests) {
    const part = 'nested' in test ? nestedFilter(test.property, test.nested) : comparison(test);
    if (part === false) return false;
    parts.push(part);
  }
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : { $and: parts };
}

function comparison({ property, operator, operand }: Comparison): Where | false {
  if (Array.isArray(operand) && operand.length === 0) return false;
  if (operator === '$eq') return { [property]: operand };
  if (operand === null && operator !== '$ne') return false;
  return { [property]: { [operator]: operand } };
}

/**
 * A relation is joined by a left join, in which a missing row has nulls: `is null` would find it. Ask that it is there.
 */
function nestedFilter(property: string, nested: readonly Test[]): Where | false {
  const filter = toFilter(nested);
  if (filter === false) return false;
  const follows = { [property]: filter };
  return matchesNulls(filter) ? { $and: [{ [property]: { $ne: null } }, follows] } : follows;
}

/** Tells whether a filter of ours would hold on a row of nulls. */
export function matchesNulls(filter: Where): boolean {
  return Object.entries(filter).every(([key, value]) => {
    if (!Array.isArray(value)) return value === null;
    const parts = value.filter(isPlainObject);
    return key === '$or' ? parts.some(matchesNulls) : parts.every(matchesNulls);
  });
}

/**
 * Writes a filter on the ids in a column of ids, from one on the rows that they name.
 *
 * @throws TypeError for a filter on anything but their ids
 */
export function idsFilter(property: string, rows: Where | true): Where {
  if (rows === true) return { [property]: { $ne: [] } };
  const { id, $or, ...others } = rows;
  if (Object.keys(others).length === 0) {
    if (Array.isArray($or)) return { $or: $or.filter(isPlainObject).map((part) => idsFilter(property, part)) };
    if (isPlainObject(id) && Array.isArray(id['$in'])) return { [property]: { $overlap: id['$in'] } };
    if (id !== undefined && id !== null && !isPlainObject(id)) return { [property]: { $contains: [id] } };
  }
  throw new TypeError(`${property} holds bare ids: \`some\` can compare them with ids, and nothing else.`);
}
