import { badInput } from '../errors.ts';
import { isUuid } from './ids.ts';

/** A page of a list that runs from the newest row to the oldest, by id. */
export interface Page {
  /** Rows at most. */
  readonly size: number;
  /** Counted from the list's end instead of its start. */
  readonly isLast: boolean;
  /** The id after which the list begins; null at the start. */
  readonly after: string | null;
  /** The id before which the list ends; null at the end. */
  readonly before: string | null;
}

/** The arguments of a connection field, as Relay's cursor connections have them. */
export interface PageArgs {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly last?: number | null | undefined;
  readonly before?: string | null | undefined;
}

/** Rows of one page; the count of all is a statement of its own, sent only if it is asked for. */
export interface Connection<Row> {
  readonly nodes: Row[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  readonly totalCount: () => Promise<number>;
}

/** Rows of a page if the caller names no number. */
export const defaultPageSize = 20;
const maxRows = 100;

/**
 * Reads the arguments of a connection field; `defaultSize` counts if neither `first` nor `last` is given.
 * @throws BAD_USER_INPUT for `first` or `last` outside 1 to 100, for both, or for a cursor that is none of ours.
 */
export function requirePage({ first, after, last, before }: PageArgs, defaultSize = defaultPageSize): Page {
  if (first != null && last != null) {
    throw badInput('last', 'conflicting', 'Give `first` or `last`, not both.');
  }
  return {
    size: last == null ? requireSize('first', first ?? defaultSize) : requireSize('last', last),
    isLast: last != null,
    after: after == null ? null : requireCursor('after', after),
    before: before == null ? null : requireCursor('before', before),
  };
}

/** @throws BAD_USER_INPUT for a number of rows outside 1 to 100. */
export function requireSize(field: string, rows: number): number {
  if (rows >= 1 && rows <= maxRows) return rows;
  throw badInput(field, 'out_of_range', `\`${field}\` must be from 1 to ${maxRows}.`);
}

/** Opaque on purpose: what a cursor is made of may change. */
const cursorOf = ({ id }: { id: string }): string => Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url');

function requireCursor(field: string, cursor: string): string {
  const hex = Buffer.from(cursor, 'base64url').toString('hex');
  const id = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  if (isUuid(id) && cursorOf({ id }) === cursor) return id;
  throw badInput(
    field,
    'invalid_cursor',
    `\`${field}\` is not a cursor of this list: send an \`endCursor\` or a \`cursor\` unchanged.`,
  );
}

/** Returns the filter of the rows that lie between the page's bounds. */
export function pageFilter({ after, before }: Page): object {
  if (after === null && before === null) return {};
  return { id: { ...(after === null ? {} : { $lt: after }), ...(before === null ? {} : { $gt: before }) } };
}

/** Cuts rows that were read from the page's own end, with one more than it holds. */
export function pageOf<Row>(rows: Row[], page: Page, totalCount: () => Promise<number>): Connection<Row> {
  const nodes = rows.slice(0, page.size);
  const isMore = rows.length > page.size;
  // Beyond a cursor stands at least the row of which it was made.
  return page.isLast
    ? { nodes: nodes.toReversed(), hasNextPage: page.before !== null, hasPreviousPage: isMore, totalCount }
    : { nodes, hasNextPage: isMore, hasPreviousPage: page.after !== null, totalCount };
}

export const emptyPage = <Row>(): Connection<Row> => ({
  nodes: [],
  hasNextPage: false,
  hasPreviousPage: false,
  totalCount: async () => 0,
});

/** The resolvers of every connection type; each edge is its row. */
export const connectionFields = {
  edges: <Row>({ nodes }: Connection<Row>): Row[] => nodes,
  pageInfo: <Row extends { id: string }>({ nodes, hasNextPage, hasPreviousPage }: Connection<Row>) => ({
    hasNextPage,
    hasPreviousPage,
    startCursor: cursorAt(nodes, 0),
    endCursor: cursorAt(nodes, -1),
  }),
};

/** The resolvers of every edge type. */
export const edgeFields = { cursor: cursorOf, node: <Row>(row: Row): Row => row };

function cursorAt(rows: ReadonlyArray<{ id: string }>, index: number): string | null {
  const row = rows.at(index);
  return row === undefined ? null : cursorOf(row);
}
