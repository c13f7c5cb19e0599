import { unknownCondition, type Condition, type IsCondition } from './condition.ts';
import { conditionOf, isHeld, isOfPrincipal, targetOfSome, type PolicyContext } from './policy-context.ts';
import { idsFilter, matchesNulls, NOTHING, toFilter, type Where } from './query-filter.ts';

/**
 * The rows that a condition grants. `mayThrow`: reaching it denies the whole, so that of an `anyOf` only what stands
 * before and within it counts, as in memory.
 */
interface Extent {
  readonly rows: Where | boolean;
  readonly mayThrow?: boolean;
}

/**
 * Writes a policy as a filter: `{}` for every row, `NOTHING` for none. @throws what a function of the policy throws
 */
export function whereOf(context: PolicyContext, type: string, action: string, report: (error: unknown) => void): Where {
  const condition = conditionOf(context, type, action);
  const { rows } = condition === undefined ? { rows: false } : extentOf({ context, report }, type, condition);
  if (rows === true) return {};
  return rows === false ? NOTHING : rows;
}

/** The context in which the extents of one policy are worked out. */
interface Question {
  readonly context: PolicyContext;
  readonly report: (error: unknown) => void;
}

function extentOf(question: Question, type: string, condition: Condition): Extent {
  const { context } = question;
  if (isOfPrincipal(condition)) return { rows: isHeld(condition, context) };
  switch (condition.kind) {
    case 'is':
      return filterExtent(question, type, condition);
    case 'owner':
      return { rows: context.userId !== undefined && { [condition.property]: context.userId } };
    case 'related':
      return relatedExtent(question, type, condition.property, condition.action);
    case 'some':
      return someExtent(question, type, condition.property, condition.condition);
    case 'anyOf':
      return anyOfExtent(question, type, condition.conditions);
    case 'allOf':
      return allOfExtent(question, type, condition.conditions);
    default:
      return unknownCondition(condition);
  }
}

function filterExtent({ context, report }: Question, type: string, condition: IsCondition): Extent {
  try {
    const tests = context.testsOf(type, condition);
    return { rows: tests === undefined ? false : toFilter(tests) };
  } catch (error) {
    report(error);
    return { rows: false, mayThrow: true };
  }
}

function relatedExtent(question: Question, type: string, property: string, action: string): Extent {
  const { context } = question;
  const target = context.rows.relationOf(type, property)?.type;
  const condition = target === undefined ? undefined : conditionOf(context, target, action);
  if (target === undefined || condition === undefined) return { rows: false };
  const { rows, mayThrow = false } = extentOf(question, target, condition);
  if (rows === false) return { rows, mayThrow };
  const isThere = { [property]: { $ne: null } };
  if (rows === true) return { rows: isThere, mayThrow };
  const follows = { [property]: rows };
  return { rows: matchesNulls(rows) ? { $and: [isThere, follows] } : follows, mayThrow };
}

/** Rows of which one behind a to-many property is granted: a sub-query of the same statement. */
function someExtent(question: Question, type: string, property: string, condition: Condition): Extent {
  const { context } = question;
  const target = targetOfSome(context, type, property);
  const { rows, mayThrow = false } = extentOf(question, target ?? '', condition);
  if (rows === false) return { rows, mayThrow };
  const relation = context.rows.relationOf(type, property);
  if (relation?.isMany === true && relation.type === undefined) return { rows: idsFilter(property, rows), mayThrow };
  return { rows: { [property]: { $some: rows === true ? {} : rows } }, mayThrow };
}

function anyOfExtent(question: Question, type: string, conditions: readonly Condition[]): Extent {
  const parts: Where[] = [];
  let mayThrow = false;
  for (const condition of conditions) {
    const extent = extentOf(question, type, condition);
    if (extent.rows === true) return { rows: true, mayThrow };
    if (extent.rows !== false) parts.push(extent.rows);
    mayThrow = extent.mayThrow === true;
    if (mayThrow) break;
  }
  const [only] = parts;
  if (only === undefined) return { rows: false, mayThrow };
  return { rows: parts.length === 1 ? only : { $or: parts }, mayThrow };
}

function allOfExtent(question: Question, type: string, conditions: readonly Condition[]): Extent {
  const parts: Where[] = [];
  let mayThrow = false;
  for (const condition of conditions) {
    const extent = extentOf(question, type, condition);
    mayThrow ||= extent.mayThrow === true;
    if (extent.rows === false) return { rows: false, mayThrow };
    if (extent.rows !== true) parts.push(extent.rows);
  }
  const [only] = parts;
  if (only === undefined) return { rows: conditions.length > 0, mayThrow };
  return { rows: parts.length === 1 ? only : { $and: parts }, mayThrow };
}
