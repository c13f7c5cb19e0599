import type { AnyEntity, EntityClass } from '@mikro-orm/core';
import type { Columns } from './columns.ts';

/** The parts of a list that are read. */
export interface ListSelection {
  /** The columns to read; by default everything that is not lazy. */
  readonly columns?: Columns | undefined;
  readonly joined?: Joined | undefined;
  /** True if all rows of the list are counted, too. */
  readonly isCounted?: boolean;
}

/** A relation whose rows are read together with the list; its property is among the list's columns. */
export interface Joined {
  readonly relation: string;
  readonly columns: Columns;
}

export type Entity<E extends { id: string } = { id: string }> = EntityClass<AnyEntity & E>;
