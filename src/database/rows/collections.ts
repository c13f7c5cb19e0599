import { ReferenceKind, type EntityProperty } from '@mikro-orm/core';
import type { MikroORM } from '@mikro-orm/postgresql';
import { batchedReads } from '../batched-reads.ts';
import { isUuid } from '../ids.ts';
import type { Rows, RowDatabase } from './source.ts';

/** The end of a relation between tables; `isMany` if the property holds several rows. */
export interface TableRelation {
  readonly type: string;
  readonly isMany: boolean;
}

/** Tells where a property of an entity leads, by the entity's name; `undefined` for a column of plain values. */
export function relationOfTable(orm: MikroORM, type: string, property: string): TableRelation | undefined {
  const found = relationIn(orm, type, property);
  return found?.targetMeta && { type: found.targetMeta.className, isMany: isCollection(found) };
}

/**
 * Reads the rows of a to-many property of a row: one statement for all rows of a type that are asked for at the same
 * time.
 * @throws TypeError if the entity has no such collection.
 */
export async function collectionOf(
  { source }: Rows,
  type: string,
  id: string,
  property: string,
): Promise<readonly object[]> {
  // A malformed id would fail the statement for all the others.
  if (!isUuid(id)) return [];
  const key = `collection ${type}.${property}`;
  let read = source.readers.get(key);
  if (read === undefined) {
    read = batchedReads(readCollections(source, type, property));
    source.readers.set(key, read);
  }
  return ((await read(id)) ?? []) as readonly object[];
}

function readCollections({ orm, fork }: RowDatabase, type: string, property: string) {
  const found = relationIn(orm, type, property);
  if (found === undefined || !isCollection(found)) throw new TypeError(`${type}.${property} is no collection.`);
  const { class: entity } = orm.getMetadata().getByClassName(type);
  return async (ids: readonly string[]): Promise<Map<string, object[]>> => {
    // The types of the ORM know no class here whose collection it could be; that it is one was checked above.
    const rows = await fork().find(entity, { id: { $in: ids } }, { populate: [property] as never });
    return new Map(rows.map((row) => [Reflect.get(row, 'id'), Array.from(Reflect.get(row, property))]));
  };
}

function relationIn(orm: MikroORM, type: string, property: string): EntityProperty | undefined {
  const found = orm.getMetadata().getByClassName(type, false)?.properties[property];
  return found?.kind === ReferenceKind.SCALAR ? undefined : found;
}

const isCollection = ({ kind }: EntityProperty): boolean =>
  kind === ReferenceKind.ONE_TO_MANY || kind === ReferenceKind.MANY_TO_MANY;
