import { notFound } from '../../errors.ts';
import { covers, type Columns } from './columns.ts';
import type { ReadRow } from './read-by-id.ts';
import { idOf, type Reference, type RowOf } from './row.ts';
import type { Rows } from './source.ts';

/** The row behind a relation: the one that was read with it, if nothing of it is missing, or else read by its id. */
export function relatedRow<E>(
  read: ReadRow<E>,
  rows: Rows,
  reference: Reference,
  columns?: Columns,
): RowOf<E> | Promise<RowOf<E>> {
  const isRead = typeof reference !== 'string' && columns !== undefined && covers(reference, columns);
  return isRead ? (reference as RowOf<E>) : read(rows, idOf(reference), columns).then(required);
}

/** A row goes only with all that refer to it. */
function required<Row>(row: Row | null): Row {
  if (row === null) throw notFound('The object');
  return row;
}
