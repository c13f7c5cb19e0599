import type { RowSource } from './asker.ts';
import { idOf, isRow } from './value.ts';
import type { Row } from './value.ts';

/** Whether a value is a row whose properties are there to be read. */
export function isReadable(source: RowSource, value: unknown): value is Row {
  return isRow(value) && source.isLoaded(value);
}

/** The row behind an id or an unloaded reference, from the host's loader. Null where it does not exist. */
export async function fetchRow(source: RowSource, type: string | undefined, reference: unknown): Promise<Row | null> {
  const id = idOf(reference);
  if (id === undefined) return null;
  if (type === undefined || source.load === undefined) {
    throw new TypeError(`A row of ${type ?? 'an unknown type'} is not loaded, and there is nothing to load it with.`);
  }
  const row: unknown = await source.load(type, id);
  if (row === null || row === undefined) return null;
  if (!isReadable(source, row)) throw new TypeError(`The loader answered no loaded row of ${type}.`);
  return row;
}
