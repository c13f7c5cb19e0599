import { conditionOf, isHeldBy, isOfPrincipal } from './asker.ts';
import type { Asker } from './asker.ts';
import type { Condition, RowCondition } from './condition.ts';
import { meets } from './filter.ts';
import type { Test } from './filter.ts';
import { fetchRow, isReadable } from './rows.ts';
import { idOf, isId, isRow } from './value.ts';
import { inOrder, throwing, whenKnown } from './verdict.ts';
import type { Residual, RowTest, Verdict } from './verdict.ts';

/** What is left to ask of each row of a type, for this principal. An action that no policy knows is `false`. */
export function residualOf(asker: Asker, type: string, action: string): Residual {
  const condition = conditionOf(asker, type, action);
  return condition === undefined ? false : specialise(asker, type, condition);
}

/** Folds everything that the principal settles, so that a row costs only what depends on the row. */
export function specialise(asker: Asker, type: string, condition: Condition): Residual {
  if (isOfPrincipal(condition)) return isHeldBy(asker, condition);
  switch (condition.kind) {
    case 'is':
      return filterTest(asker, type, condition);
    case 'owner':
      return asker.userId !== undefined && ownerTest(condition.property, asker.userId);
    case 'related':
      return relatedTest(asker, type, condition.property, condition.action);
    case 'anyOf':
      return combine(asker, type, condition.conditions, true);
    case 'allOf':
      // Nothing demanded is nothing granted.
      return condition.conditions.length > 0 && combine(asker, type, condition.conditions, false);
    default:
      throw new TypeError('A policy holds something that is no condition.');
  }
}

function combine(asker: Asker, type: string, conditions: readonly Condition[], settles: boolean): Residual {
  const parts: Residual[] = [];
  for (const condition of conditions) {
    const part = specialise(asker, type, condition);
    if (part === !settles) continue;
    if (part === settles && !parts.some((earlier) => typeof earlier === 'function' && earlier.mayThrow)) return settles;
    parts.push(part);
    if (part === settles) break;
  }
  if (parts.length === 0) return !settles;
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : inOrder(parts, settles);
}

function ownerTest(property: string, userId: string): RowTest {
  return (row) => {
    const value = row[property];
    return typeof value === 'string' ? value === userId : idOf(value) === userId;
  };
}

function filterTest(asker: Asker, type: string, condition: Extract<RowCondition, { kind: 'is' }>): Residual {
  try {
    const tests = asker.testsOf(condition);
    return tests === undefined ? false : testsOfRow(asker, type, tests);
  } catch (error) {
    return throwing(() => {
      throw error;
    });
  }
}

function testsOfRow(asker: Asker, type: string, tests: readonly Test[]): RowTest {
  const [only, ...others] = tests.map((test) => testOfRow(asker, type, test));
  return only !== undefined && others.length === 0 ? only : inOrder(only ? [only, ...others] : [false], false);
}

function testOfRow(asker: Asker, type: string, test: Test): RowTest {
  const { property } = test;
  if ('nested' in test) return nestedTest(asker, type, property, test.nested);
  const { operator, operand } = test;
  // The commonest test by far, without the detour by a table.
  if (operator === '$eq' && typeof operand === 'string') {
    return (row) => {
      const value = row[property];
      return typeof value === 'string' ? value === operand : meets(value, operator, operand);
    };
  }
  return (row) => meets(row[property], operator, operand);
}

/** Follows a relation: through null to nothing, through a row that is not loaded to the loader. */
function nestedTest(asker: Asker, type: string, property: string, nested: readonly Test[]): RowTest {
  const target = asker.rows.relatedType(type, property);
  const test = testsOfRow(asker, target ?? '', nested);
  const needsIdOnly = nested.every((inner) => inner.property === 'id' && !('nested' in inner));
  return (row) => {
    const related = row[property];
    if (needsIdOnly && isId(related)) return test({ id: related });
    if (needsIdOnly && isRow(related)) return test(related);
    return whenReadable(asker, target, related, test);
  };
}

function relatedTest(asker: Asker, type: string, property: string, action: string): Residual {
  const target = asker.rows.relatedType(type, property);
  const residual = target !== undefined && residualOf(asker, target, action);
  if (residual === false) return false;
  const test: RowTest = residual === true ? () => true : residual;
  const follow: RowTest = (row) => whenReadable(asker, target, row[property], test);
  return test.mayThrow === true ? throwing(follow) : follow;
}

function whenReadable(asker: Asker, type: string | undefined, reference: unknown, test: RowTest): Verdict {
  if (isReadable(asker.rows, reference)) return test(reference);
  if (reference === undefined || reference === null || Array.isArray(reference)) return false;
  return whenKnown(fetchRow(asker.rows, type, reference), (row) => row !== null && test(row));
}
