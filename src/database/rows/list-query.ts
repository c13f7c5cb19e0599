import type { Columns } from './columns.ts';
import type { Entity, Joined } from './list-selection.ts';
import { markersFor, refilled, shapeOf, type Shape } from './shape.ts';
import type { RowDatabase } from './source.ts';
import { createNumbering, type Sql, type Statement } from './statement.ts';
import type { Table } from './table.ts';

/** A list to read: the rows that a filter lets through, within bounds, from one end on. */
export interface ListQuery {
  readonly entity: Entity;
  /** The condition in MikroORM's syntax, for the page and the count. */
  readonly where: object;
  /** The bounds at which the page begins and ends. */
  readonly bounds: object;
  /** Properties that order the list, the one that decides first. */
  readonly orderBy: readonly string[];
  readonly direction: 'asc' | 'desc';
  readonly columns: Columns;
  readonly joined: Joined | undefined;
  readonly isCounted: boolean;
  /** The relation to the parents, if each of several has a list of its own. */
  readonly parent: string | undefined;
}

/** A list's statement and the values that its filter brings; the size of a page, then the parents' ids follow them. */
export interface PreparedList {
  readonly statement: Statement;
  readonly values: readonly unknown[];
}

export function prepareList(source: RowDatabase, query: ListQuery): PreparedList {
  const where = shapeOf(query.where);
  const bounds = shapeOf(query.bounds);
  const { entity, columns, joined, direction, orderBy, parent, isCounted } = query;
  const key = [
    entity.name,
    columns.key,
    joined === undefined ? '' : `${joined.relation} ${joined.columns.key}`,
    `${orderBy.join()} ${direction}`,
    `${parent ?? ''} ${isCounted}`,
    where.key,
    bounds.key,
  ].join('|');
  const statement = source.statements.get(key, () => compile(source, query, where, bounds));
  return { statement, values: [...where.values, ...bounds.values] };
}

const parentMarker = 'the parent of a list';

function compile(source: RowDatabase, query: ListQuery, where: Shape, bounds: Shape): Omit<Statement, 'name'> {
  const table = source.tableOf(query.entity);
  const size = 0;
  const ids = Symbol('the ids of the parents');
  const markers = [
    ...markersFor([...where.values, ...bounds.values, size]),
    ...(query.parent === undefined ? [] : [ids]),
  ];
  const values = markers[Symbol.iterator]();
  const marked = withParent(query, refilled(query.where, values));
  const numbering = createNumbering(markers, new Map([[parentMarker, 'parent.id']]));
  const pageSql = selectPage(
    source,
    query,
    { $and: [marked, refilled(query.bounds, values)] },
    Number(values.next().value),
  );
  const page = numbering.numbered(pageSql);
  const count = query.isCounted ? numbering.numbered(selectCount(source, query.entity, marked)) : null;
  const idsOfParents = query.parent === undefined ? null : numbering.numbered({ text: '?', params: [ids] });
  return { text: textOf(source, query, table, { page, count, idsOfParents }), constants: numbering.constants() };
}

const withParent = ({ parent }: ListQuery, where: unknown): object =>
  parent === undefined ? { $and: [where] } : { $and: [{ [parent]: parentMarker }, where] };

// MikroORM's types know the columns of one class; here it is any entity's, whose columns the caller has checked.

/** A page that is joined or counted is ordered once more around it: it has what orders it, whatever else is read. */
function selectPage({ orm }: RowDatabase, query: ListQuery, where: object, limit: number): Sql {
  const { entity, columns, joined, parent, isCounted, orderBy, direction } = query;
  const isWrapped = joined !== undefined || parent !== undefined || isCounted;
  const names = isWrapped ? [...new Set([...columns.names, ...orderBy])] : columns.names;
  const builder = orm.em
    .createQueryBuilder(entity, 'row')
    .select([...names] as never)
    .where(where as never)
    .orderBy(Object.fromEntries(orderBy.map((name) => [name, direction])) as never)
    .limit(limit);
  return { text: builder.getQuery(), params: [...builder.getParams()] };
}

function selectCount({ orm }: RowDatabase, entity: Entity, where: object): Sql {
  const builder = orm.em
    .createQueryBuilder(entity, 'row')
    .count()
    .where(where as never);
  return { text: builder.getQuery(), params: [...builder.getParams()] };
}

/** The parts of a list's statement, their parameters numbered. */
interface Parts {
  readonly page: string;
  readonly count: string | null;
  readonly idsOfParents: string | null;
}

/** Columns in this order: the parent's id, the row's, the joined row's, the count; each if it was asked for. */
function textOf(source: RowDatabase, query: ListQuery, table: Table, { page, count, idsOfParents }: Parts): string {
  const { columns, joined, parent, orderBy, direction } = query;
  if (joined === undefined && count === null && parent === undefined) return page;
  const target = joined === undefined ? undefined : source.tableOf(table.targetOf(joined.relation));
  const selected = [
    ...(parent === undefined ? [] : ['parent.id']),
    ...columns.names.map((name) => `page.${table.fieldOf(name)}`),
    ...(joined?.columns.names.map((name) => `joined.${target?.fieldOf(name)}`) ?? []),
    ...(count === null ? [] : [parent === undefined ? `(${count})` : 'counted."count"']),
  ];
  const from =
    idsOfParents === null || parent === undefined
      ? `(${page}) as page`
      : `unnest(${idsOfParents}::${table.typeOf(parent)}[]) as parent(id) left join lateral (${page}) as page on true` +
        (count === null ? '' : ` cross join lateral (${count}) as counted`);
  const join =
    joined === undefined
      ? ''
      : ` left join ${target?.name} as joined on joined."id" = page.${table.fieldOf(joined.relation)}`;
  const order = orderBy.map((name) => `page.${table.fieldOf(name)} ${direction}`);
  return `select ${selected.join(', ')} from ${from}${join} order by ${order.join(', ')}`;
}
