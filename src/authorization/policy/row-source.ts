import type { AccessLog } from '../model/access-log.ts';
import { isTrue, type MaybePromise } from '../model/maybe-promise.ts';
import type { RelationOf } from './relations.ts';
import { idOf, isRow, type Row } from './value.ts';

/** The way to rows, given by the host. Without a loader a row that is not loaded is refused. */
export interface RowSource {
  readonly isLoaded: (row: object) => boolean;
  readonly load: ((type: string, id: string) => Promise<object | null>) | undefined;
  readonly loadMany: ((type: string, id: string, property: string) => Promise<readonly unknown[]>) | undefined;
  readonly relationOf: RelationOf;
  readonly log: AccessLog;
}

/** The means that a host gives to reach rows. */
export interface RowAccess {
  readonly load?: RowSource['load'] | undefined;
  readonly loadMany?: RowSource['loadMany'] | undefined;
  readonly isLoaded?: ((row: object) => boolean) | undefined;
}

export function createRowSource(
  { load, loadMany, isLoaded }: RowAccess,
  relationOf: RelationOf,
  log: AccessLog,
): RowSource {
  return {
    isLoaded: isLoaded ? (row) => isTrue(isLoaded(row), '`isLoaded`') : () => true,
    load,
    loadMany,
    relationOf,
    log,
  };
}

/** Recognises a row whose properties are there to be read. */
export function isReadable(source: RowSource, value: unknown): value is Row {
  return isRow(value) && source.isLoaded(value);
}

/** Loads the row behind an id or an unloaded reference by the host's loader; null if it does not exist. */
export async function fetchRow(source: RowSource, type: string | undefined, reference: unknown): Promise<Row | null> {
  const id = idOf(reference);
  if (id === undefined) return null;
  if (type === undefined || source.load === undefined) {
    throw new TypeError(`A row of ${type ?? 'an unknown type'} is not loaded: give guardSchema \`load\`.`);
  }
  const row: unknown = await source.load(type, id);
  if (row === null || row === undefined) return null;
  if (row instanceof Error) throw row;
  if (!isReadable(source, row)) throw new TypeError(`\`load\` returned no loaded row of ${type}.`);
  return row;
}

/**
 * Returns the rows, or their ids, in a to-many property; a collection that is not loaded comes by the host's loader.
 */
export function itemsOf(source: RowSource, type: string, row: Row, property: string): MaybePromise<readonly unknown[]> {
  const value = row[property];
  if (Array.isArray(value)) return value;
  if (value === null) return [];
  if (isIterable(value) && isInitialized(value)) return Array.from(value);
  return fetchItems(source, type, row, property);
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.iterator in value;
}

/** A collection of MikroORM says whether it is loaded; other iterables are. */
function isInitialized(value: object): boolean {
  return !('isInitialized' in value && typeof value.isInitialized === 'function') || value.isInitialized() === true;
}

async function fetchItems(source: RowSource, type: string, row: Row, property: string): Promise<readonly unknown[]> {
  const id = idOf(row);
  if (id === undefined || source.loadMany === undefined) {
    throw new TypeError(`${type}.${property} is not loaded, and there is no \`loadMany\` to load it with.`);
  }
  const items: unknown = await source.loadMany(type, id, property);
  if (!Array.isArray(items)) throw new TypeError(`\`loadMany\` answered no list for ${type}.${property}.`);
  return items;
}
