import { pageFilter, pageOf, type Connection, type Page } from '../pages.ts';
import { type Columns, columnsNamed } from './columns.ts';
import { prepareList, type ListQuery } from './list-query.ts';
import type { Entity, ListSelection } from './list-selection.ts';
import type { RowOf } from './row.ts';
import type { Rows, RowDatabase, SendInTurn } from './source.ts';
import type { RowMaker } from './table.ts';

/** A list to read: what the caller may see of it, which part, and what of each row is needed. */
export interface List extends ListSelection {
  /** The condition in MikroORM's syntax, as policies write it. */
  readonly where: object;
  readonly page: Page;
  /** The properties that order it, newest first; by default the id. */
  readonly orderBy?: readonly string[];
  /** The bounds of the page, if they are more than those of the id. */
  readonly bounds?: object;
  /**
   * The turns in which each of its statements is sent, instead of those of lists: a statement that waited in two
   * queues would hold a place of the first while it waits for the second.
   */
  readonly inTurn?: SendInTurn;
}

/** Reads a page of all rows that a filter lets through, with the number of all of them if it is selected. */
export async function readPage<E extends { id: string }>(
  rows: Rows,
  entity: Entity<E>,
  list: List,
): Promise<Connection<RowOf<E>>> {
  const query = queryOf(rows.source, entity, list);
  const { source } = rows;
  const turns = list.inTurn === undefined ? rows.turns : { counted: list.inTurn, paged: list.inTurn };
  const inTurn = query.isCounted ? turns.counted : turns.paged;
  const answered = await inTurn(() => readRows<E>(source, query, list.page.size + 1));
  return connectionOf({ source, turns }, query, list.page, answered);
}

/** Reads the newest rows that a filter lets through. */
export async function readNewest<E extends { id: string }>(
  { source }: Rows,
  entity: Entity<E>,
  list: Pick<List, 'where' | 'columns' | 'joined'>,
  max: number,
): Promise<Array<RowOf<E>>> {
  const page = { size: max, isLast: false, after: null, before: null };
  return (await readRows<E>(source, queryOf(source, entity, { ...list, page }), max)).rows;
}

/** Rows, and how many there are in all if they were counted and there is one to tell. */
export interface Answered<E> {
  readonly rows: Array<RowOf<E>>;
  readonly count: number | undefined;
}

async function readRows<E>(source: RowDatabase, query: ListQuery, limit: number): Promise<Answered<E>> {
  const { statement, values } = prepareList(source, query);
  const answered = await source.send(statement, [...values, limit]);
  const { make, width } = makerOf(source, query);
  const count = query.isCounted ? answered[0]?.[width] : undefined;
  return {
    rows: answered.map((row) => make(row, 0)) as Array<RowOf<E>>,
    count: count === undefined ? undefined : Number(count),
  };
}

export function queryOf(source: RowDatabase, entity: Entity, list: List, parent?: string): ListQuery {
  const { where, page, joined, orderBy = ['id'], bounds = pageFilter(page), isCounted = false } = list;
  const columns = withOrder(list.columns ?? source.tableOf(entity).all, orderBy);
  return {
    entity,
    where,
    bounds,
    orderBy,
    direction: page.isLast ? 'asc' : 'desc',
    columns,
    joined,
    isCounted,
    parent,
  };
}

/** Adds what orders a list: a statement that counts as well orders by the columns that it reads. */
const withOrder = (columns: Columns, orderBy: readonly string[]): Columns =>
  orderBy.every((name) => columns.names.includes(name)) ? columns : columnsNamed([...columns.names, ...orderBy]);

/** Returns the function that makes a row, its relation joined, and the number of values that it takes. */
export function makerOf(
  source: RowDatabase,
  { entity, columns, joined }: ListQuery,
): { make: RowMaker; width: number } {
  const table = source.tableOf(entity);
  const make = table.rowMaker(columns);
  const own = columns.names.length;
  if (joined === undefined) return { make, width: own };
  const makeJoined = source.tableOf(table.targetOf(joined.relation)).rowMaker(joined.columns);
  const position = joined.columns.names.indexOf('id');
  return {
    make(values, from) {
      const row = make(values, from);
      if (values[from + own + position] != null) Reflect.set(row, joined.relation, makeJoined(values, from + own));
      return row;
    },
    width: own + joined.columns.names.length,
  };
}

export function connectionOf<E>(
  { source, turns }: Pick<Rows, 'source' | 'turns'>,
  query: ListQuery,
  page: Page,
  { rows, count }: Answered<E>,
): Connection<RowOf<E>> {
  const isWhole = rows.length === 0 && page.after === null && page.before === null;
  const known = count ?? (isWhole ? 0 : undefined);
  return pageOf(rows, page, async () => known ?? turns.counted(() => countRows(source, query)));
}

/** The number of rows of a list, by a statement of its own. */
async function countRows(source: RowDatabase, query: ListQuery): Promise<number> {
  const counted = { ...query, bounds: {}, isCounted: true, joined: undefined };
  return (await readRows(source, counted, 1)).count ?? 0;
}
