import type { AnyEntity, EntityClass, FilterQuery } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { badInput } from '../errors.ts';
import { isUuid } from '../input.ts';

/** A page of a list that runs from the newest row to the oldest, by id. */
export interface Page {
  readonly first: number;
  /** The id after which the page begins; null at the start. */
  readonly after: string | null;
}

/** Rows of one page; the count of all is a statement of its own, sent only where it is asked for. */
export interface Connection<Row> {
  readonly nodes: Row[];
  readonly hasNextPage: boolean;
  readonly totalCount: () => Promise<number>;
}

const mostRows = 100;

/** @throws BAD_USER_INPUT for `first` outside 1 to 100, or a cursor that is none of ours. */
export function requirePage({
  first,
  after,
}: {
  first?: number | null | undefined;
  after?: string | null | undefined;
}): Page {
  return { first: requireFirst(first), after: after == null ? null : requireCursor(after) };
}

export function requireFirst(first: number | null | undefined): number {
  const rows = first ?? 20;
  if (rows >= 1 && rows <= mostRows) return rows;
  throw badInput('first', 'out_of_range', `\`first\` must be from 1 to ${mostRows}.`);
}

/** Opaque on purpose: what a cursor is made of may change. */
export const cursorOf = ({ id }: { id: string }): string =>
  Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url');

function requireCursor(cursor: string): string {
  const hex = Buffer.from(cursor, 'base64url').toString('hex');
  const id = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  if (isUuid(id) && cursorOf({ id }) === cursor) return id;
  throw badInput(
    'after',
    'invalid_cursor',
    '`after` is not a cursor of this list: use an `endCursor` or `cursor` as it came.',
  );
}

/** What follows the page's start, newest first. */
export const pageFilter = ({ after }: Page): object => (after === null ? {} : { id: { $lt: after } });

/** Cuts rows that were asked for with one more than the page holds. */
export const pageOf = <Row>(rows: Row[], { first }: Page, totalCount: () => Promise<number>): Connection<Row> => ({
  nodes: rows.slice(0, first),
  hasNextPage: rows.length > first,
  totalCount,
});

export const emptyPage = <Row>(): Connection<Row> => ({ nodes: [], hasNextPage: false, totalCount: async () => 0 });

/** The page of all rows that a filter lets through. */
export async function findPage<Row extends AnyEntity & { id: string }>(
  em: EntityManager,
  entity: EntityClass<Row>,
  filter: object,
  page: Page,
): Promise<Connection<Row>> {
  const where = { $and: [filter, pageFilter(page)] } as FilterQuery<Row>;
  const rows = await em.find(entity, where, { orderBy: { id: 'desc' } as never, limit: page.first + 1 });
  return pageOf(rows, page, () => em.count(entity, filter as FilterQuery<Row>));
}

/** The same page, its statements each done in turn with others. */
export async function pageInTurn<Row>(
  inTurn: <T>(statement: () => Promise<T>) => Promise<T>,
  find: () => Promise<Connection<Row>>,
): Promise<Connection<Row>> {
  const page = await inTurn(find);
  return { ...page, totalCount: () => inTurn(page.totalCount) };
}

/** GraphQL's `pageInfo`. */
export const pageInfo = <Row extends { id: string }>({ nodes, hasNextPage }: Connection<Row>) => {
  const last = nodes.at(-1);
  return { hasNextPage, endCursor: last === undefined ? null : cursorOf(last) };
};
