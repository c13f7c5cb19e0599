import { isUnwantedPromise } from '../model/maybe-promise.ts';
import type { RelationOf } from './relations.ts';
import { compare, isComparable, isDate, isEqual, isId, isPlainObject, type Row } from './value.ts';

export type Operator = '$eq' | '$ne' | '$in' | '$lt' | '$lte' | '$gt' | '$gte';

/** A property compared with an operand. */
export interface Comparison {
  readonly property: string;
  readonly operator: Operator;
  readonly operand: unknown;
}

/** One property of a filter: a comparison, or a relation to a row whose own properties must match. */
export type Test = Comparison | { readonly property: string; readonly nested: readonly Test[] };

type Meets = (value: unknown, operand: unknown) => boolean;
const ordered =
  (accepts: (order: number) => boolean): Meets =>
  (value, operand) => {
    const order = compare(value, operand);
    return order !== undefined && accepts(order);
  };

/**
 * The meaning of each operator for a value that is there. SQL's NULL meets none of them but `$eq: null`, and a property
 * that is undefined (not loaded) meets none at all; `meets` decides both beforehand.
 */
const operators: Readonly<Record<Operator, Meets>> = {
  $eq: isEqual,
  $ne: (value, operand) => operand === null || (isComparable(value) && !isEqual(value, operand)),
  $in: (value, operand) => Array.isArray(operand) && operand.some((item) => isEqual(value, item)),
  $lt: ordered((order) => order < 0),
  $lte: ordered((order) => order <= 0),
  $gt: ordered((order) => order > 0),
  $gte: ordered((order) => order >= 0),
};

/** Tells whether a value meets a comparison. */
export function meets(value: unknown, operator: Operator, operand: unknown): boolean {
  if (value === undefined) return false;
  if (value === null) return operator === '$eq' && operand === null;
  return operators[operator](value, operand);
}

/**
 * Reads a filter into tests that memory and SQL decide alike; `undefined` if it holds something
 * that the two might read differently, or nothing at all. An empty filter would match every row, so it is refused.
 */
export function readFilter(filter: unknown): readonly Test[] | undefined {
  if (!isPlainObject(filter)) return undefined;
  const tests: Test[] = [];
  for (const property of Object.keys(filter)) {
    const read = readProperty(property, filter[property]);
    if (read === undefined) return undefined;
    tests.push(...read);
  }
  return tests.length === 0 ? undefined : tests;
}

function readProperty(property: string, value: unknown): readonly Test[] | undefined {
  if (property.startsWith('$') || isUnwantedPromise(value)) return undefined;
  if (!isPlainObject(value))
    return isOperand('$eq', value) ? [{ property, operator: '$eq', operand: value }] : undefined;
  const keys = Object.keys(value);
  if (keys.some((key) => key.startsWith('$'))) return readOperators(property, value);
  const nested = readFilter(value);
  return nested && [{ property, nested }];
}

function readOperators(property: string, written: Row): readonly Test[] | undefined {
  const tests: Comparison[] = [];
  for (const [operator, operand] of Object.entries(written)) {
    if (!isOperator(operator) || !isOperand(operator, operand)) return undefined;
    // A null in a list meets nothing in SQL; it is left out so that both see the same list.
    const known: unknown = Array.isArray(operand) ? operand.filter((item) => item !== null) : operand;
    tests.push({ property, operator, operand: known });
  }
  return tests;
}

function isOperator(key: string): key is Operator {
  return Object.hasOwn(operators, key);
}

function isOperand(operator: Operator, operand: unknown): boolean {
  if (operator === '$in') return Array.isArray(operand) && operand.every((item) => item === null || isScalar(item));
  if (operand === null) return true;
  return isScalar(operand);
}

function isScalar(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (isDate(value)) return Number.isFinite(+value);
  return typeof value === 'boolean' || isId(value);
}

/**
 * Finds a to-many relation that tests look into: memory and SQL would read such a filter differently. Returns its
 * coordinate.
 */
export function manyWithin(relationOf: RelationOf, type: string, tests: readonly Test[]): string | undefined {
  for (const test of tests) {
    if (!('nested' in test)) continue;
    const relation = relationOf(type, test.property);
    if (relation?.isMany === true) return `${type}.${test.property}`;
    const within = relation?.type === undefined ? undefined : manyWithin(relationOf, relation.type, test.nested);
    if (within !== undefined) return within;
  }
  return undefined;
}
