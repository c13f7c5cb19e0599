import { conditionOf, isHeldBy, isOfPrincipal } from './asker.ts';
import type { Asker } from './asker.ts';
import type { Condition, RowCondition } from './condition.ts';
import { matchesNulls, NOTHING, toFilter } from './where-filter.ts';
import type { Where } from './where-filter.ts';

/**
 * The rows that a condition grants. `mayThrow`: reaching it denies the whole, so that of an `anyOf` only what stands
 * before and within it counts, as in memory.
 */
interface Extent {
  readonly rows: Where | boolean;
  readonly mayThrow?: boolean;
}

/** A policy as a filter: `{}` for every row, `NOTHING` for none. @throws what a principal's filter throws. */
export function whereOf(asker: Asker, type: string, action: string, report: (error: unknown) => void): Where {
  const condition = conditionOf(asker, type, action);
  const { rows } = condition === undefined ? { rows: false } : extentOf({ asker, report }, type, condition);
  if (rows === true) return {};
  return rows === false ? NOTHING : rows;
}

interface Question {
  readonly asker: Asker;
  readonly report: (error: unknown) => void;
}

function extentOf(question: Question, type: string, condition: Condition): Extent {
  const { asker } = question;
  if (isOfPrincipal(condition)) return { rows: isHeldBy(asker, condition) };
  switch (condition.kind) {
    case 'is':
      return filterExtent(question, condition);
    case 'owner':
      return { rows: asker.userId !== undefined && { [condition.property]: asker.userId } };
    case 'related':
      return relatedExtent(question, type, condition.property, condition.action);
    case 'anyOf':
      return anyOfExtent(question, type, condition.conditions);
    case 'allOf':
      return allOfExtent(question, type, condition.conditions);
    default:
      throw new TypeError('A policy holds something that is no condition.');
  }
}

function filterExtent({ asker, report }: Question, condition: Extract<RowCondition, { kind: 'is' }>): Extent {
  try {
    const tests = asker.testsOf(condition);
    return { rows: tests === undefined ? false : toFilter(tests) };
  } catch (error) {
    report(error);
    return { rows: false, mayThrow: true };
  }
}

function relatedExtent(question: Question, type: string, property: string, action: string): Extent {
  const { asker } = question;
  const target = asker.rows.relatedType(type, property);
  const condition = target === undefined ? undefined : conditionOf(asker, target, action);
  if (target === undefined || condition === undefined) return { rows: false };
  const { rows, mayThrow = false } = extentOf(question, target, condition);
  if (rows === false) return { rows, mayThrow };
  const isThere = { [property]: { $ne: null } };
  if (rows === true) return { rows: isThere, mayThrow };
  const follows = { [property]: rows };
  return { rows: matchesNulls(rows) ? { $and: [isThere, follows] } : follows, mayThrow };
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
