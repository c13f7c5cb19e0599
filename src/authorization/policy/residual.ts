import { mapMaybePromise, type MaybePromise } from '../model/maybe-promise.ts';
import { unknownCondition, type Condition, type IsCondition } from './condition.ts';
import { meets, type Test } from './filter.ts';
import { conditionOf, isHeld, isOfPrincipal, targetOfSome, type PolicyContext } from './policy-context.ts';
import { fetchRow, isReadable, itemsOf } from './row-source.ts';
import { inOrder, throwing, type Residual, type RowTest } from './row-test.ts';
import { idOf, isId, isOddReference, isRow } from './value.ts';

/** Works out what is left to ask of each row of a type, for this principal. An unknown action is `false`. */
export function residualPolicy(context: PolicyContext, type: string, action: string): Residual {
  const condition = conditionOf(context, type, action);
  return condition === undefined ? false : residualCondition(context, type, condition);
}

/** Folds all that the principal settles (partial evaluation), so that a row costs only what depends on the row. */
export function residualCondition(context: PolicyContext, type: string, condition: Condition): Residual {
  if (isOfPrincipal(condition)) return isHeld(condition, context);
  switch (condition.kind) {
    case 'is':
      return filterTest(context, type, condition);
    case 'owner':
      return context.userId !== undefined && ownerTest(context, type, condition.property, context.userId);
    case 'related':
      return relatedTest(context, type, condition.property, condition.action);
    case 'some':
      return someTest(context, type, condition.property, condition.condition);
    case 'anyOf':
      return combine(context, type, condition.conditions, true);
    case 'allOf':
      // Nothing demanded is nothing granted.
      return condition.conditions.length > 0 && combine(context, type, condition.conditions, false);
    default:
      return unknownCondition(condition);
  }
}

function combine(context: PolicyContext, type: string, conditions: readonly Condition[], settles: boolean): Residual {
  const parts: Residual[] = [];
  for (const condition of conditions) {
    const part = residualCondition(context, type, condition);
    if (part === !settles) continue;
    if (part === settles && !parts.some((earlier) => typeof earlier === 'function' && earlier.mayThrow)) return settles;
    parts.push(part);
    if (part === settles) break;
  }
  if (parts.length === 0) return !settles;
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : inOrder(parts, settles);
}

function ownerTest(context: PolicyContext, type: string, property: string, userId: string): RowTest {
  return (row) => {
    const value = row[property];
    if (typeof value === 'string') return value === userId;
    if (isOddReference(value)) reportOddValue(context, type, property, value);
    return idOf(value) === userId;
  };
}

/** Logs a value that nothing equals, because the engine does not know its type. */
function reportOddValue(context: PolicyContext, type: string, property: string, value: object): void {
  const name = Array.isArray(value) ? 'a list' : `a value of type ${value.constructor?.name ?? 'Object'}`;
  const message = `${type}.${property} holds ${name}, which is no id and has no canonical text; it was refused.`;
  context.rows.log({ kind: 'policy', type, coordinate: `${type}.${property}`, message });
}

function filterTest(context: PolicyContext, type: string, condition: IsCondition): Residual {
  try {
    const tests = context.testsOf(type, condition);
    return tests === undefined ? false : testsOfRow(context, type, tests);
  } catch (error) {
    return throwing(() => {
      throw error;
    });
  }
}

function testsOfRow(context: PolicyContext, type: string, tests: readonly Test[]): RowTest {
  const [only, ...others] = tests.map((test) => testOfRow(context, type, test));
  return only !== undefined && others.length === 0 ? only : inOrder(only ? [only, ...others] : [false], false);
}

function testOfRow(context: PolicyContext, type: string, test: Test): RowTest {
  const { property } = test;
  if ('nested' in test) return nestedTest(context, type, property, test.nested);
  const { operator, operand } = test;
  // The commonest test by far, without the detour by a table.
  if (operator === '$eq' && typeof operand === 'string') {
    return (row) => {
      const value = row[property];
      if (typeof value === 'string') return value === operand;
      if (isOddReference(value)) reportOddValue(context, type, property, value);
      return meets(value, operator, operand);
    };
  }
  return (row) => {
    const value = row[property];
    if (isOddReference(value)) reportOddValue(context, type, property, value);
    return meets(value, operator, operand);
  };
}

/** Follows a relation: through null to nothing, through a row that is not loaded to the loader. */
function nestedTest(context: PolicyContext, type: string, property: string, nested: readonly Test[]): RowTest {
  const target = context.rows.relationOf(type, property)?.type;
  const test = testsOfRow(context, target ?? '', nested);
  const needsIdOnly = nested.every((inner) => inner.property === 'id' && !('nested' in inner));
  return (row) => {
    const related = row[property];
    if (needsIdOnly && isId(related)) return test({ id: related });
    if (needsIdOnly && isRow(related)) return test(related);
    return whenReadable(context, target, related, test);
  };
}

function relatedTest(context: PolicyContext, type: string, property: string, action: string): Residual {
  const target = context.rows.relationOf(type, property)?.type;
  const residual = target !== undefined && residualPolicy(context, target, action);
  if (residual === false) return false;
  const test: RowTest = residual === true ? () => true : residual;
  const follow: RowTest = (row) => whenReadable(context, target, row[property], test);
  return test.mayThrow === true ? throwing(follow) : follow;
}

/** Tells whether any of the rows in a to-many property meets a condition. */
function someTest(context: PolicyContext, type: string, property: string, condition: Condition): Residual {
  const { rows } = context;
  const target = targetOfSome(context, type, property);
  const residual = residualCondition(context, target ?? '', condition);
  if (residual === false) return false;
  const test: RowTest = residual === true ? () => true : residual;
  const byId = readsIdOnly(context, target ?? '', condition);
  const meetsItem = (item: unknown): MaybePromise<boolean> => {
    if (residual === true) return item !== null && item !== undefined;
    return byId && isId(item) ? test({ id: item }) : whenReadable(context, target, item, test);
  };
  const any: RowTest = (row) =>
    mapMaybePromise(itemsOf(rows, type, row, property), (items) => anyOfItems(items.map(meetsItem)));
  return test.mayThrow === true ? throwing(any) : any;
}

/** Joins the answers on the rows of a collection, which were asked for all at once, so that the host can batch. */
function anyOfItems(answers: ReadonlyArray<MaybePromise<boolean>>): MaybePromise<boolean> {
  const pending = answers.filter((answer) => typeof answer !== 'boolean');
  if (pending.length === 0) return answers.includes(true);
  const settled = Promise.all(pending).then((known) => known.includes(true));
  if (!answers.includes(true)) return settled;
  settled.catch(() => undefined);
  return true;
}

/** Tells whether a condition looks at the ids of rows alone, so that none has to be loaded for it. */
function readsIdOnly(context: PolicyContext, type: string, condition: Condition): boolean {
  if (isOfPrincipal(condition)) return true;
  if (condition.kind === 'owner') return condition.property === 'id';
  if ('conditions' in condition) return condition.conditions.every((part) => readsIdOnly(context, type, part));
  if (condition.kind !== 'is') return false;
  try {
    return (context.testsOf(type, condition) ?? []).every((test) => test.property === 'id' && !('nested' in test));
  } catch {
    return false;
  }
}

function whenReadable(
  context: PolicyContext,
  type: string | undefined,
  reference: unknown,
  test: RowTest,
): MaybePromise<boolean> {
  if (isReadable(context.rows, reference)) return test(reference);
  if (reference === undefined || reference === null || Array.isArray(reference)) return false;
  return mapMaybePromise(fetchRow(context.rows, type, reference), (row) => row !== null && test(row));
}
