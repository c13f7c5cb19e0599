import type { AnyEntity, EntityClass } from '@mikro-orm/core';
import { batchedReads } from '../batched-reads.ts';
import { isUuid } from '../ids.ts';
import type { Columns } from './columns.ts';
import type { RowOf } from './row.ts';
import { rowsOf, type Rows, type RowDatabase } from './source.ts';

/**
 * Reads a row by its id: one statement for all that are asked for at the same time, by whichever requests. What was
 * read is remembered for the unit of work. Without `columns` everything that is not lazy is read.
 */
export type ReadRow<Entity> = (rows: Rows, id: string, columns?: Columns) => Promise<RowOf<Entity> | null>;

export function rowById<Entity extends AnyEntity & { id: string }>(entity: EntityClass<Entity>): ReadRow<Entity> {
  return (rows, id, columns) => {
    // A malformed id would fail the statement for all the others.
    if (!isUuid(id)) return Promise.resolve(null);
    const key = `${entity.name} ${columns?.key ?? '*'}`;
    const known = rows.byId.get(`${key} ${id}`) ?? rows.byId.get(`${entity.name} * ${id}`);
    const found = known ?? readerOf(rows.source, entity, key, columns)(id);
    if (known === undefined) rows.byId.set(`${key} ${id}`, found);
    return found as Promise<RowOf<Entity> | null>;
  };
}

/** Takes a whole row that was read in another way for what is read by its id from now on. */
export function rememberRow(rows: Rows, entity: EntityClass<AnyEntity>, row: { readonly id: string }): void {
  rows.byId.set(`${entity.name} * ${row.id}`, Promise.resolve(row));
}

function readerOf(source: RowDatabase, entity: EntityClass<AnyEntity>, key: string, columns: Columns | undefined) {
  let reader = source.readers.get(key);
  if (reader === undefined) {
    reader = batchedReads(createRead(source, entity, columns));
    source.readers.set(key, reader);
  }
  return reader;
}

function createRead(source: RowDatabase, entity: EntityClass<AnyEntity>, selected: Columns | undefined) {
  const table = source.tableOf(entity);
  const columns = selected ?? table.all;
  const fields = columns.names.map((name) => table.fieldOf(name)).join(', ');
  const text = `select ${fields} from ${table.name} where "id" = any($1::uuid[])`;
  const statement = source.statements.get(text, () => ({ text, constants: [] }));
  const position = columns.names.indexOf('id');
  return async (ids: readonly string[]): Promise<Map<string, object>> => {
    const answered = await source.send(statement, [ids]);
    const rows = rowsOf(table, columns, answered);
    return new Map(rows.map((row, index) => [String(answered[index]?.[position]), row]));
  };
}
