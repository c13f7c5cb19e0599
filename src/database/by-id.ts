import type { AnyEntity, EntityClass, FilterQuery } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import DataLoader from 'dataloader';
import { entityOf, sharedRows } from './shared-rows.ts';

/**
 * Loads rows by id, one statement for all that are asked for at the same time, by whichever requests; within a
 * transaction by the transaction's own. What was loaded is remembered for one unit of work, no longer: the next root
 * field of a mutation reads anew.
 */
export function byId<Entity extends AnyEntity & { id: string }>(entity: EntityClass<Entity>) {
  const readRow = sharedRows(entity);
  return perUnitOfWork<string, Entity | null>(async (em, ids) => {
    if (em.isInTransaction()) return findEach(em, entity, ids);
    const rows = await Promise.all(ids.map((id) => readRow(em, id)));
    return rows.map((row) => (row === null ? null : entityOf(em, entity, row)));
  });
}

async function findEach<Entity extends AnyEntity & { id: string }>(
  em: EntityManager,
  entity: EntityClass<Entity>,
  ids: readonly string[],
): Promise<Array<Entity | null>> {
  const rows = await em.find(entity, idsIn<Entity>(ids));
  const found = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => found.get(id) ?? null);
}

/** The rows of these ids. */
export const idsIn = <Row>(ids: readonly string[]): FilterQuery<Row> => {
  const where: object = { id: { $in: [...ids] } };
  return where;
};

/** A collecting loader that belongs to a unit of work and is forgotten with it. */
export function perUnitOfWork<Key, Value>(
  load: (em: EntityManager, keys: readonly Key[]) => Promise<Value[]>,
  cacheKeyFn: (key: Key) => unknown = (key) => key,
) {
  const loaders = new WeakMap<EntityManager, DataLoader<Key, Value, unknown>>();
  return (em: EntityManager, key: Key): Promise<Value> => {
    let loader = loaders.get(em);
    if (loader === undefined) {
      loader = new DataLoader((keys) => load(em, keys), { cacheKeyFn });
      loaders.set(em, loader);
    }
    return loader.load(key);
  };
}
