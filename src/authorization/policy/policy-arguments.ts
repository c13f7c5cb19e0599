import { conditionsWithin, type PolicyArguments } from './condition.ts';
import type { Policy } from './define-policy.ts';
import type { RelationOf } from './relations.ts';
import { isPlainObject } from './value.ts';

/**
 * Lists the actions whose condition reads arguments, itself or by a related policy, as `Type.action`: those with a
 * filter function of two parameters.
 */
export function actionsWithArguments(
  policies: ReadonlyMap<string, Policy>,
  relationOf: RelationOf,
): ReadonlySet<string> {
  const names = [...policies.values()].flatMap(({ type, actions }) =>
    Object.keys(actions).map((action) => ({ type, action })),
  );
  const reading = names.filter(({ type, action }) => readsArguments(policies, relationOf, type, action, []));
  return new Set(reading.map(({ type, action }) => `${type}.${action}`));
}

function readsArguments(
  policies: ReadonlyMap<string, Policy>,
  relationOf: RelationOf,
  type: string,
  action: string,
  seen: readonly string[],
): boolean {
  const key = `${type}.${action}`;
  const condition = policies.get(type)?.actions[action];
  if (condition === undefined || seen.includes(key)) return false;
  return conditionsWithin(type, condition, relationOf).some(({ type: at, part }) => {
    if (part.kind === 'is') return 'filterFor' in part && part.filterFor.length > 1;
    const target = part.kind === 'related' && at !== undefined ? relationOf(at, part.property)?.type : undefined;
    return (
      part.kind === 'related' &&
      target !== undefined &&
      readsArguments(policies, relationOf, target, part.action, [...seen, key])
    );
  });
}

/**
 * Copies arguments for a filter, so that none of them can be read as a part of it: a custom scalar may hold
 * `{ "$ne": null }`, which would match every row, or `{ "status": "ACTIVE" }`, which would match by a column of the
 * caller's choice. Objects lose keys that look like operators, and are no operands: what is within them can be read.
 */
export function plainArguments(args: PolicyArguments): PolicyArguments {
  return Object.fromEntries(Object.entries(args).map(([name, value]) => [name, asArgument(value)]));
}

/** Marks what came in an argument: a filter takes objects that were written as `{ … }` alone. */
const argumentPrototype = Object.freeze(Object.create(Object.prototype) as object);

function asArgument(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asArgument);
  if (!isPlainObject(value)) return value;
  const entries = Object.entries(value).filter(([key]) => !key.startsWith('$'));
  const copy = Object.fromEntries(entries.map(([key, item]) => [key, asArgument(item)]));
  return Object.create(argumentPrototype, Object.getOwnPropertyDescriptors(copy));
}
