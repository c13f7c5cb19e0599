import { GraphQLError, isNonNullType, type GraphQLOutputType, type GraphQLResolveInfo } from 'graphql';
import { failAt, type Execution, type Path } from './execution.ts';
import type { Complete, FieldPlace } from './plan.ts';
import { isPromise } from './promises.ts';

interface ListPlan {
  readonly place: FieldPlace;
  readonly complete: Complete;
  readonly mayBeNull: boolean;
}

/** Completes the items of a list; a promise only if one of them is. */
export function completeList(place: FieldPlace, itemType: GraphQLOutputType, complete: Complete): Complete {
  const list: ListPlan = { place, complete, mayBeNull: !isNonNullType(itemType) };
  const field = `${place.parentType.name}.${place.definition.name}`;
  return (execution, path, value, info) => {
    if (!isIterable(value)) throw new GraphQLError(`Expected Iterable, but did not find one for field "${field}".`);
    const items: unknown[] = [];
    let isPending = false;
    try {
      for (const item of value) {
        const at = { prev: path, key: items.length, typename: undefined };
        const completed = completeItem(execution, list, at, item, info);
        if (isPromise(completed)) isPending = true;
        items.push(completed);
      }
    } catch (error) {
      if (isPending) items.forEach(forget);
      throw error;
    }
    return isPending ? Promise.all(items) : items;
  };
}

function isIterable(value: unknown): value is Iterable<unknown> {
  if (typeof value !== 'object' || value === null) return false;
  return typeof (value as { readonly [Symbol.iterator]?: unknown })[Symbol.iterator] === 'function';
}

/**
 * Ignores how an item ends. Nothing waits for the items of a list that failed: their own failures must not end the
 * process.
 */
function forget(item: unknown): void {
  if (isPromise(item)) item.then(undefined, () => undefined);
}

function completeItem(
  execution: Execution,
  { place, complete, mayBeNull }: ListPlan,
  path: Path,
  item: unknown,
  info: GraphQLResolveInfo | undefined,
): unknown {
  const fail = (error: unknown): null => failAt(execution, error, place.nodes, path, mayBeNull);
  try {
    const completed = isPromise(item)
      ? item.then((resolved) => complete(execution, path, resolved, info))
      : complete(execution, path, item, info);
    if (!isPromise(completed)) return completed;
    // Of a list with something that looks like a promise the answer is one, whatever `then` returns.
    const settled: unknown = completed.then(undefined, fail);
    return isPromise(settled) ? settled : Promise.resolve(settled);
  } catch (error) {
    return fail(error);
  }
}
