import type { Entity } from './list-selection.ts';
import type { RowOf } from './row.ts';
import type { Rows } from './source.ts';

/** Makes rows of statements that are written in the code and read rows of an entity among other things. */
export interface RowReader<E> {
  /** Returns the columns that the statement selects of the table that has this alias in it. */
  readonly columnsOf: (alias: string) => string;
  /** The row of that alias, among the columns that the statement answered. */
  readonly read: (answered: Readonly<Record<string, unknown>>, alias: string) => RowOf<E>;
}

export function createRowReader<E extends { id: string }>({ source }: Rows, entity: Entity<E>): RowReader<E> {
  const table = source.tableOf(entity);
  const { names } = table.all;
  const make = table.rowMaker(table.all);
  const answeredNames = new Map<string, readonly string[]>();

  function namesIn(alias: string): readonly string[] {
    const known = answeredNames.get(alias);
    if (known !== undefined) return known;
    const answered = names.map((name) => `${alias}.${name}`);
    answeredNames.set(alias, answered);
    return answered;
  }

  return {
    columnsOf: (alias) => names.map((name) => `${alias}.${table.fieldOf(name)} as "${alias}.${name}"`).join(', '),
    read(answered, alias) {
      const values = namesIn(alias).map((name) => answered[name]);
      return make(values, 0) as RowOf<E>;
    },
  };
}
