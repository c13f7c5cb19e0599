import { isPromiseLike, toError } from '../model/maybe-promise.ts';
import { refusedRow } from './value-guard.ts';

type Check = (value: unknown, index?: number) => unknown;

/** The rule of what becomes of refused rows. */
export interface ListRule {
  /** Refused rows become null in their places, instead of leaving the list. */
  readonly isPositional: boolean;
  /** Receives each row that leaves the list: the service's own filter should have left it out. */
  readonly onRefused: (value: unknown) => void;
}

/**
 * Checks the items of a list. The list itself is handed on if none was refused, so that the common case allocates
 * nothing. Other iterables are read once, as the executor would.
 */
export function checkList(list: unknown, check: Check, rule: ListRule): unknown {
  const items = itemsOf(list);
  if (items === undefined) return list;
  for (let index = 0; index < items.length; index += 1) {
    const item = items[index];
    const checked = checkItem(item, index, check);
    if (checked !== item || isPromiseLike(checked)) return collect(items, index, checked, check, rule);
  }
  return items;
}

function itemsOf(list: unknown): readonly unknown[] | undefined {
  if (Array.isArray(list)) return list;
  return isIterable(list) ? Array.from(list) : undefined;
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.iterator in value;
}

/** Checks one item. If that fails, the item becomes an error at its own path (GraphQL specification §6.4.3). */
function checkItem(item: unknown, index: number, check: Check): unknown {
  if (item === null || item === undefined || item instanceof Error) return item;
  try {
    if (!isPromiseLike(item)) return settle(check(item, index));
    return settle(item.then((value) => (value === null || value === undefined ? value : check(value, index))));
  } catch (error) {
    return toError(error);
  }
}

function settle(checked: unknown): unknown {
  return isPromiseLike(checked) ? checked.then(undefined, toError) : checked;
}

/** Collects the items from the first that changed or is not there yet; those before it are as they were. */
function collect(
  items: readonly unknown[],
  start: number,
  first: unknown,
  check: Check,
  { isPositional, onRefused }: ListRule,
): unknown {
  const rest = items.slice(start + 1).map((item, offset) => checkItem(item, start + 1 + offset, check));
  const checked = [first, ...rest];
  const join = (settled: readonly unknown[]): readonly unknown[] => {
    const before = items.slice(0, start);
    if (isPositional) return [...before, ...settled.map((item) => (item === refusedRow ? null : item))];
    settled.forEach((item, offset) => {
      if (item === refusedRow) onRefused(items[start + offset]);
    });
    return [...before, ...settled.filter((item) => item !== refusedRow)];
  };
  return checked.some(isPromiseLike) ? Promise.all(checked).then(join) : join(checked);
}
