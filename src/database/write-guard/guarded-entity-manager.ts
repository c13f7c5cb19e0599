import { type EntityClass, type FilterQuery, helper, LockMode, ReferenceKind, Utils } from '@mikro-orm/core';
import { EntityManager, QueryBuilder } from '@mikro-orm/postgresql';
import { sessionFor } from '../row-session.ts';
import type { GuardedTables } from '../tables-with-policies.ts';
import { asSystem, systemReason } from './as-system.ts';
import { readOnlyConnection, readOnlyDriver, readOnlyQuery } from './read-only.ts';
import { withRelations } from './with-relations.ts';
import {
  guardOn,
  isAskedAbout,
  requireCreate,
  requireDelete,
  requireUpdate,
  UnseenWriteError,
  type WriteGuard,
} from './write-guard.ts';

/**
 * An entity manager that asks about the rows that it writes, if it works for a caller; the subscriber `askBeforeFlush`
 * does so for its unit of work. Without a guard it is an entity manager like any other.
 */
export class GuardedEntityManager extends EntityManager {
  #guard: WriteGuard | undefined;
  #tables: Pick<GuardedTables, 'isAny'> | undefined;

  get guard(): WriteGuard | undefined {
    // While it is being constructed it has no field yet, and works for no caller.
    return #guard in this ? this.#guard : undefined;
  }

  /** Makes whatever this one and its forks write pass a guard. */
  guardedBy(guard: WriteGuard | undefined): this {
    this.#guard = guard && withRelations(guard, this.getMetadata());
    return this;
  }

  /**
   * Tells the database from now on whom each transaction of this one and its forks is for, if tables have policies
   * there.
   */
  onTables(tables: Pick<GuardedTables, 'isAny'> | undefined): this {
    this.#tables = tables;
    return this;
  }

  override fork(options?: Parameters<EntityManager['fork']>[0]): this {
    const fork = super.fork(options).onTables(this.#tables);
    fork.#guard = this.#guard;
    return fork;
  }

  /** Returns what the database is told when a transaction begins; without it none begins for a read. */
  override getTransactionSessionContext(): ReturnType<EntityManager['getTransactionSessionContext']> {
    if (this.#tables?.isAny() !== true) return undefined;
    const session = sessionFor(this.#guard);
    return session && { variables: { ...session } };
  }

  /** Returns the same: it keeps what was read for one session from being remembered for another. */
  override getSessionContext(): ReturnType<EntityManager['getSessionContext']> {
    return this.getTransactionSessionContext();
  }
}

/** Returns the guard of an entity manager; `undefined` if it works for no caller. */
export const guardOf = (em: unknown): WriteGuard | undefined =>
  em instanceof GuardedEntityManager ? em.guard : undefined;

type Method = (...args: readonly unknown[]) => unknown;
type Interception = (em: GuardedEntityManager, guard: WriteGuard, proceed: Method, args: readonly unknown[]) => unknown;

/** Refuses a way to write on which no policy can be asked about the rows, for entities that have a policy. */
const unseen =
  (way: string): Interception =>
  (_, guard, proceed, args) => {
    const type = typeOf(args[0]);
    if (guardOn(guard, type) !== undefined) throw new UnseenWriteError(type, way);
    return proceed(...args);
  };

/**
 * Refuses values that would write a relation of many to many from the end that does not own it: the row that owns it is
 * another one, and nobody has read it. Neither has anybody asked about the rows between, if they have a policy.
 */
function refuseRelations(em: GuardedEntityManager, guard: WriteGuard, type: string, values: object): void {
  const metadata = em.getMetadata();
  const { properties } = metadata.getByClassName(type);
  for (const name of Object.keys(values)) {
    const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (property?.kind !== ReferenceKind.MANY_TO_MANY) continue;
    const between = metadata.find(property.pivotEntity)?.className ?? '';
    if (isAskedAbout(guard, between)) throw new UnseenWriteError(between, `${type}.${name}`);
    if (property.owner) continue;
    const owner = property.targetMeta?.className ?? '';
    if (guardOn(guard, owner) !== undefined) throw new UnseenWriteError(owner, `${type}.${name}`);
  }
}

/**
 * The ways to write or to reach the database past the unit of work, and what each does while a caller's guard counts.
 */
const interceptions: Readonly<Record<string, Interception>> = {
  insert: async (em, guard, proceed, args) => {
    const [type, row] = [typeOf(args[0]), asRow(args[1] ?? args[0])];
    refuseRelations(em, guard, type, row);
    await requireCreate(guard, type, row);
    return proceed(...args);
  },
  insertMany: async (em, guard, proceed, args) => {
    const [first, rows = first] = args;
    const given: readonly unknown[] = Array.isArray(rows) ? rows : [];
    const type = typeOf(Array.isArray(first) ? first[0] : first);
    for (const row of given.map(asRow)) {
      refuseRelations(em, guard, type, row);
      await requireCreate(guard, type, row);
    }
    return proceed(...args);
  },
  nativeUpdate: (em, guard, proceed, args) => {
    const [entity, where, data] = args;
    const type = typeOf(entity);
    refuseRelations(em, guard, type, asRow(data));
    if (guardOn(guard, type) === undefined) return proceed(...args);
    return onEach(
      em,
      entity,
      where,
      (row) => requireUpdate(guard, type, row, { ...row, ...asRow(data) }),
      (tx, these) => tx.nativeUpdate(entity as EntityClass<Keyed>, these, asRow(data)),
    );
  },
  nativeDelete: (em, guard, proceed, args) => {
    const [entity, where] = args;
    const type = typeOf(entity);
    if (guardOn(guard, type) === undefined) return proceed(...args);
    return onEach(
      em,
      entity,
      where,
      (row) => requireDelete(guard, type, row),
      (tx, these) => tx.nativeDelete(entity as EntityClass<Keyed>, these),
    );
  },
  upsert: unseen('upsert'),
  upsertMany: unseen('upsertMany'),
  clone: unseen('clone'),
  createQueryBuilder: (_, guard, proceed, args) => {
    const query = proceed(...args);
    const type = typeOf(args[0]);
    return guardOn(guard, type) === undefined || !(query instanceof QueryBuilder) ? query : readOnlyQuery(query, type);
  },
  execute: (em, guard, proceed, args) => {
    requireReading(em, guard, args[0]);
    return proceed(...args);
  },
  getConnection: (em, guard, proceed, args) =>
    readOnlyConnection(proceed(...args) as object, (statement) => requireReading(em, guard, statement)),
  getDriver: (em, guard, proceed, args) =>
    readOnlyDriver(proceed(...args) as object, (statement) => requireReading(em, guard, statement)),
  callRoutine: () => {
    throw new UnseenWriteError('any type', 'callRoutine');
  },
  getKysely: () => {
    throw new UnseenWriteError('any type', 'getKysely');
  },
};

for (const [name, intercept] of Object.entries(interceptions)) {
  const original: unknown = Reflect.get(EntityManager.prototype, name);
  if (typeof original !== 'function') throw new TypeError(`EntityManager has no method ${name} any more.`);
  Object.defineProperty(GuardedEntityManager.prototype, name, {
    value(this: GuardedEntityManager, ...args: readonly unknown[]): unknown {
      const { guard } = this;
      const proceed: Method = (...given) => original.apply(this, given);
      return guard === undefined || systemReason() !== undefined
        ? proceed(...args)
        : intercept(this, guard, proceed, args);
    },
  });
}

/** A row with a key, whatever properties it stands in. */
interface Keyed {
  readonly id: string;
}

/** Locks the rows that a filter finds, asks about each of them, then writes those and no others. */
async function onEach(
  em: GuardedEntityManager,
  entity: unknown,
  where: unknown,
  ask: (row: object) => Promise<void>,
  write: (tx: EntityManager, these: FilterQuery<Keyed>) => Promise<number>,
): Promise<number> {
  // A fork of its own: what the unit of work holds is neither read nor flushed.
  const reader = em.fork({ clear: true, keepTransactionContext: true });
  const work = async (tx: EntityManager): Promise<number> => {
    const lockMode = LockMode.PESSIMISTIC_WRITE;
    const rows = await tx.find(entity as EntityClass<Keyed>, where as FilterQuery<Keyed>, { lockMode });
    for (const row of rows) await ask(row);
    if (rows.length === 0) return 0;
    const these = filterOf(rows, em.getMetadata(entity as EntityClass<Keyed>).primaryKeys);
    return asSystem('each of these rows was asked about', () => write(tx, these));
  };
  return em.isInTransaction() ? work(reader) : reader.transactional(work);
}

/** Makes the filter that finds these rows by their keys, of which a row between two others has two. */
function filterOf(rows: readonly object[], keys: readonly string[]): FilterQuery<Keyed> {
  const valueOf = (row: object, key: string): unknown => {
    const value: unknown = Reflect.get(row, key);
    return Utils.isEntity<object>(value) ? helper(value).getPrimaryKey() : value;
  };
  const [key = ''] = keys;
  return keys.length === 1
    ? { [key]: { $in: rows.map((row) => valueOf(row, key)) } }
    : { $or: rows.map((row) => Object.fromEntries(keys.map((each) => [each, valueOf(row, each)]))) };
}

/** Refuses a statement that may write to a table whose rows have a policy. */
function requireReading(em: GuardedEntityManager, guard: WriteGuard, statement: unknown): void {
  const text = textOf(statement);
  if (text !== undefined && !writing.test(text)) return;
  for (const { className, tableName, relations } of em.getMetadata().getAll().values()) {
    if (!guard.guards(className)) continue;
    const tables = [tableName, ...relations.flatMap(({ pivotTable }) => pivotTable ?? [])];
    if (text === undefined || tables.some((table) => text.includes(table)))
      throw new UnseenWriteError(className, 'a statement of SQL');
  }
}

const writing = /\b(insert|update|delete|merge|truncate|copy|alter|drop)\b/i;

const textOf = (statement: unknown): string | undefined => {
  if (typeof statement === 'string') return statement;
  return typeof statement === 'object' && statement !== null && 'sql' in statement ? String(statement.sql) : undefined;
};

const typeOf = (entity: unknown): string => {
  if (typeof entity === 'object' && entity !== null && '__meta' in entity) return entity.constructor.name;
  return Utils.className(entity as string);
};

const asRow = (value: unknown): object => (typeof value === 'object' && value !== null ? value : {});
