import {
  wrap,
  type AnyEntity,
  type EntityClass,
  type EntityDictionary,
  type EntityMetadata,
  type Primary,
} from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { isUuid } from '../input.ts';
import { collected } from './collected.ts';

/** A row as the driver brings it, by the names of its columns. */
export type Row = Readonly<Record<string, unknown>> & { readonly id: string };

/**
 * Reads rows by id, as they are now: those that concurrent requests ask for by one statement, which starts after they
 * asked. Rows are shared, entities never: each unit of work makes its own of them.
 */
export function sharedRows(entity: EntityClass<AnyEntity>) {
  const readers = new WeakMap<object, (id: string) => Promise<Row | null>>();
  return async (em: EntityManager, id: string): Promise<Row | null> => {
    // One that is malformed would fail the statement for all the others.
    if (!isUuid(id)) return null;
    const driver = em.getDriver();
    let read = readers.get(driver);
    if (read === undefined) {
      read = collected(createSelect(em, entity));
      readers.set(driver, read);
    }
    return read(id);
  };
}

function createSelect(em: EntityManager, entity: EntityClass<AnyEntity>) {
  const connection = em.getConnection();
  const select = selectFrom(em.getMetadata(entity));
  return async (ids: readonly string[]): Promise<Map<string, Row>> => {
    const rows = await connection.execute<Row[]>(`${select} where id in (${ids.map(() => '?').join(', ')})`, [...ids]);
    return new Map(rows.map((row) => [row.id, row]));
  };
}

/** Reads rows as `freshEntityOf` takes them; what they are narrowed to is to be added. */
export const selectFrom = <Entity>(meta: EntityMetadata<Entity>, lazy?: readonly string[]): string =>
  `select ${quoted(columnsOf(meta, lazy)).join(', ')} from "${meta.tableName}"`;

/** The columns that are read unasked, and those of the lazy properties that are asked for. */
export const columnsOf = <Entity>({ props }: EntityMetadata<Entity>, lazy: readonly string[] = []): string[] =>
  props
    .filter(({ name, lazy: isLazy, persist }) => persist !== false && (isLazy !== true || lazy.includes(name)))
    .flatMap(({ fieldNames }) => fieldNames ?? []);

const quoted = (names: readonly string[]): string[] => names.map((name) => `"${name}"`);

/** Makes an entity of this unit of work. One that is loaded already stays as it is. */
export function entityOf<Entity extends AnyEntity & { id: string }>(
  em: EntityManager,
  entity: EntityClass<Entity>,
  row: Row,
): Entity {
  const known: Entity | undefined = em.getUnitOfWork().getById<Entity>(entity, row.id as Primary<Entity>);
  return known !== undefined && wrap(known).isInitialized() ? known : freshEntityOf(em, entity, row);
}

/** The same, what was loaded before overwritten. */
export const freshEntityOf = <Entity extends AnyEntity & { id: string }>(
  em: EntityManager,
  entity: EntityClass<Entity>,
  row: Row,
): Entity => em.map(entity, copied(row) as EntityDictionary<Entity>);

/** Lists are parsed once for all who share the row: what one of them changes must not reach the others. */
const copied = (row: Row): object =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [name, Array.isArray(value) ? [...value] : value]));
