/** The properties of a row that are read. The same names are the same object, so that statements are found by it. */
export interface Columns {
  readonly names: readonly string[];
  readonly key: string;
}

const known = new Map<string, Columns>();

/** The columns of these properties; `id` is always among them. */
export function columnsNamed(properties: Iterable<string>): Columns {
  const names = [...new Set(['id', ...properties])].toSorted();
  const key = names.join();
  let columns = known.get(key);
  if (columns === undefined) {
    columns = { names, key };
    known.set(key, columns);
  }
  return columns;
}

/** Tells whether a row was read with these columns: one that was not read is undefined, never null. */
export const covers = (row: object, { names }: Columns): boolean =>
  names.every((name) => Reflect.get(row, name) !== undefined);
