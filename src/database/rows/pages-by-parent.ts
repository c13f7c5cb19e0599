import type DataLoader from 'dataloader';
import type { Connection } from '../pages.ts';
import { prepareList, type ListQuery } from './list-query.ts';
import type { Entity } from './list-selection.ts';
import { connectionOf, makerOf, queryOf, type Answered, type List } from './list.ts';
import { loaderOf } from './loader-of.ts';
import type { RowOf } from './row.ts';
import type { Rows, RowDatabase } from './source.ts';

/**
 * Reads pages of rows that belong to a parent, such as the comments of each of a hundred articles: one statement for
 * one parent as for all of them. `parent` is the relation to it, which each row then holds.
 */
export function pagesByParent<E extends { id: string }>(entity: Entity<E>, parent: keyof E & string) {
  return async (rows: Rows, parentRow: { readonly id: string }, list: List): Promise<Connection<RowOf<E>>> => {
    const { id } = parentRow;
    const query = queryOf(rows.source, entity, list, parent);
    const answered = await pagesOf<E>(rows, query, list).load(id);
    for (const row of answered.rows) Reflect.set(row, parent, parentRow);
    const ofParent = { ...query, where: { $and: [{ [parent]: id }, list.where] }, parent: undefined };
    return connectionOf(rows, ofParent, list.page, answered);
  };
}

/** Lists that differ in more than the parent cannot share a statement. */
function pagesOf<E>(rows: Rows, query: ListQuery, { page }: List): DataLoader<string, Answered<E>> {
  const { entity, parent, columns, joined, where, bounds, orderBy, direction, isCounted } = query;
  const columnsRead = `${columns.key} ${joined?.relation} ${joined?.columns.key}`;
  const key = `${entity.name} ${parent} ${columnsRead} ${JSON.stringify([where, bounds, orderBy, direction, page, isCounted])}`;
  const { source, turns } = rows;
  const inTurn = isCounted ? turns.counted : turns.paged;
  return loaderOf(rows, key, (ids) => inTurn(() => readPages<E>(source, query, page.size + 1, ids)));
}

async function readPages<E>(
  source: RowDatabase,
  query: ListQuery,
  limit: number,
  ids: readonly string[],
): Promise<Array<Answered<E>>> {
  const { statement, values } = prepareList(source, query);
  const answered = await source.send(statement, [...values, limit, ids]);
  const { make, width } = makerOf(source, query);
  const position = 1 + query.columns.names.indexOf('id');
  const found = Map.groupBy(answered, ([parentId]) => parentId);
  return ids.map((id) => {
    const own = found.get(id) ?? [];
    return {
      // A parent without rows is answered for the sake of its count.
      rows: own.filter((row) => row[position] !== null).map((row) => make(row, 1)) as Array<RowOf<E>>,
      count: query.isCounted ? Number(own[0]?.[1 + width] ?? 0) : undefined,
    };
  });
}
