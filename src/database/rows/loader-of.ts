import DataLoader from 'dataloader';
import type { Rows } from './source.ts';

/**
 * Returns the loader of what is read of rows by their ids: at once for all that are asked for at the same time, and once
 * for each in a unit of work, in however many places of an answer the row stands.
 * @param key Tells it apart from every other loader; what it reads depends on nothing else.
 */
export function loaderOf<Value>(
  rows: Rows,
  key: string,
  read: (ids: readonly string[]) => Promise<Value[]>,
): DataLoader<string, Value> {
  let loader = rows.loaders.get(key);
  if (loader === undefined) {
    loader = new DataLoader(read);
    rows.loaders.set(key, loader);
  }
  return loader as DataLoader<string, Value>;
}
