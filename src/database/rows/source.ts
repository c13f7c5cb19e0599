import type { AnyEntity, EntityClass } from '@mikro-orm/core';
import type { EntityManager, MikroORM } from '@mikro-orm/postgresql';
import type DataLoader from 'dataloader';
import type { RowSession } from '../row-session.ts';
import { systemReason } from '../write-guard/as-system.ts';
import { GuardedEntityManager } from '../write-guard/guarded-entity-manager.ts';
import type { WriteGuard } from '../write-guard/write-guard.ts';
import type { Columns } from './columns.ts';
import type { Statements } from './statement-cache.ts';
import type { Statement } from './statement.ts';
import { createTable, type Table } from './table.ts';

/**
 * Sends a statement; answers the values of each row in the order of its columns.
 * @param session On whose behalf it is sent, if the database has policies; by default the system's.
 */
export type Send = (
  statement: Statement,
  values: readonly unknown[],
  session?: RowSession,
) => Promise<ReadonlyArray<readonly unknown[]>>;

/** Reads the row of an id, as it is now; `null` if there is none. */
export type ReadById = (id: string) => Promise<object | null>;

/** The source of rows: one for each database. */
export interface RowDatabase {
  readonly orm: MikroORM;
  /** A new, empty unit of work; with a guard it works for a caller. */
  readonly fork: (guard?: WriteGuard) => EntityManager;
  readonly send: Send;
  readonly statements: Statements;
  readonly tableOf: (entity: EntityClass<AnyEntity>) => Table;
  /** The reads by id that requests share, by what is read. */
  readonly readers: Map<string, ReadById>;
}

export function createRowDatabase(orm: MikroORM, send: Send, statements: Statements): RowDatabase {
  const tables = new Map<EntityClass<AnyEntity>, Table>();
  return {
    orm,
    fork: (guard) => guarded(orm.em.fork({ clear: true }), guard),
    send,
    statements,
    readers: new Map(),
    tableOf(entity) {
      let table = tables.get(entity);
      if (table === undefined) {
        table = createTable(orm, entity);
        tables.set(entity, table);
      }
      return table;
    },
  };
}

function guarded(em: EntityManager, guard: WriteGuard | undefined): EntityManager {
  if (guard === undefined) return em;
  if (!(em instanceof GuardedEntityManager)) throw new TypeError('The entity manager knows no guards.');
  return em.guardedBy(guard);
}

/** The rows that reads remember, for one unit of work, which the next root field of a mutation ends. */
export interface Rows {
  readonly source: RowDatabase;
  readonly byId: Map<string, Promise<object | null>>;
  readonly loaders: Map<string, DataLoader<string, unknown>>;
  /** The guard that rows have to pass which are changed for a caller. */
  readonly guard: WriteGuard | undefined;
  readonly turns: ListTurns;
  /** Ends what is remembered: rows were changed. */
  readonly forget: () => void;
}

/** Sends a statement when it is its turn. @throws SERVICE_UNAVAILABLE if too many wait. */
export type SendInTurn = <T>(statement: () => Promise<T>) => Promise<T>;

/** The turns in which the statements of lists are sent: those that count every row, and those that read a page. */
export interface ListTurns {
  readonly counted: SendInTurn;
  readonly paged: SendInTurn;
}

const atOnce: SendInTurn = (statement) => statement();
const noTurns: ListTurns = { counted: atOnce, paged: atOnce };

/** @param turns Those of the caller; the system waits for none. */
export function createRows(source: RowDatabase, guard?: WriteGuard, turns = noTurns): Rows {
  const ofSystem = remembering(source);
  if (guard?.session?.() === undefined) return { ...ofSystem, guard, turns };
  // The system reads rows that the caller may not read.
  return new RowsOfTwo(ofSystem, remembering(forCaller(source, guard)), guard, turns);
}

/**
 * The rows of a caller or, where the system itself is at work, the system's. A class, as `LazyUnitOfWork` is, and why.
 */
class RowsOfTwo implements Rows {
  readonly #ofSystem: Remembering;
  readonly #ofCaller: Remembering;
  readonly guard: WriteGuard;
  readonly turns: ListTurns;

  constructor(ofSystem: Remembering, ofCaller: Remembering, guard: WriteGuard, turns: ListTurns) {
    this.#ofSystem = ofSystem;
    this.#ofCaller = ofCaller;
    this.guard = guard;
    this.turns = turns;
  }

  get source(): Rows['source'] {
    return this.#here.source;
  }

  get byId(): Rows['byId'] {
    return this.#here.byId;
  }

  get loaders(): Rows['loaders'] {
    return this.#here.loaders;
  }

  get #here(): Remembering {
    return systemReason() === undefined ? this.#ofCaller : this.#ofSystem;
  }

  /** An arrow function, because it is handed on without its object. */
  readonly forget = (): void => {
    this.#ofSystem.forget();
    this.#ofCaller.forget();
  };
}

type Remembering = Omit<Rows, 'guard' | 'turns'>;

function remembering(source: RowDatabase): Remembering {
  const byId: Rows['byId'] = new Map();
  const loaders: Rows['loaders'] = new Map();
  return {
    source,
    byId,
    loaders,
    forget() {
      byId.clear();
      loaders.clear();
    },
  };
}

/** The same source for one caller: its reads by id are shared with no request of another. */
const forCaller = (source: RowDatabase, guard: WriteGuard): RowDatabase => ({
  ...source,
  fork: () => source.fork(guard),
  readers: new Map(),
  send: (statement, values) => source.send(statement, values, guard.session?.()),
});

/** The rows of a statement whose first columns are these. */
export const rowsOf = (table: Table, columns: Columns, answered: ReadonlyArray<readonly unknown[]>): object[] => {
  const make = table.rowMaker(columns);
  return answered.map((values) => make(values, 0));
};
