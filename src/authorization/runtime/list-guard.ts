import { isPromiseLike, toError } from './promises.ts';
import { REFUSED } from './refused.ts';

type Check = (value: unknown, index?: number) => unknown;

/** Called for each row that a list loses: the service's own filter should have left it out. */
export type OnRefused = (value: unknown) => void;

/**
 * Checks the items of a list. Refused ones leave it; the list itself is handed on where none did, so that the common
 * case allocates nothing. Other iterables are read once, as the executor would.
 */
export function checkList(list: unknown, check: Check, onRefused: OnRefused): unknown {
  const items = itemsOf(list);
  if (items === undefined) return list;
  for (let index = 0; index < items.length; index += 1) {
    const item = items[index];
    const checked = checkItem(item, index, check);
    if (checked !== item || isPromiseLike(checked)) return collect(items, index, checked, check, onRefused);
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

/** A failing item becomes an error at its own path, like any other (GraphQL specification §6.4.3). */
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

/** From the first item that changed or is not there yet. What came before it is as it was. */
function collect(
  items: readonly unknown[],
  start: number,
  first: unknown,
  check: Check,
  onRefused: OnRefused,
): unknown {
  const rest = items.slice(start + 1).map((item, offset) => checkItem(item, start + 1 + offset, check));
  const checked = [first, ...rest];
  const join = (settled: readonly unknown[]): readonly unknown[] => [
    ...items.slice(0, start),
    ...settled.filter((item, offset) => {
      if (item === REFUSED) onRefused(items[start + offset]);
      return item !== REFUSED;
    }),
  ];
  return checked.some(isPromiseLike) ? Promise.all(checked).then(join) : join(checked);
}
