import type { AnyEntity, EntityClass, EntityProperty } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { asSystem } from './write-guard/as-system.ts';
import { guardOf } from './write-guard/guarded-entity-manager.ts';
import { requireCreate } from './write-guard/write-guard.ts';

/** A row that is yet to be written: values by the names of the entity's properties, such as an entity has them. */
export interface NewRow {
  readonly entity: EntityClass<AnyEntity>;
  readonly values: object;
}

/** A change of one row without which nothing else is written. */
export interface Condition {
  /** An `update` of at most one row, with a `?` for each of the values. */
  readonly update: string;
  readonly params: readonly unknown[];
  /** Makes the error for a caller who finds nothing to change. */
  readonly refusal: () => Error;
}

/** What stands where a condition would: one row, always. */
const always: Omit<Condition, 'refusal'> = { update: 'select 1 as met', params: [] };

/**
 * Writes rows of several tables by one statement, which is a transaction by itself. It takes one round trip, and a
 * flush four: for writes that happen all the time.
 * @param condition The change on which all of them depend.
 * @throws Error that the condition makes, if it changes no row.
 */
export async function insertTogether(em: EntityManager, rows: readonly NewRow[], condition?: Condition): Promise<void> {
  for (const { entity, values } of rows) await requireCreate(guardOf(em), entity.name, values);
  const inserts = rows.map((row) => insertOf(em, row));
  const { update, params } =
    condition === undefined ? always : { ...condition, update: `${condition.update} returning 1` };
  const parts = inserts.map(({ sql }, index) => `row${index} as (${sql})`);
  const met = await asSystem('each of these rows was asked about', () =>
    em.execute<object[]>(`with condition as (${update}), ${parts.join(', ')} select from condition`, [
      ...params,
      ...inserts.flatMap((insert) => insert.params),
    ]),
  );
  if (condition !== undefined && met.length === 0) throw condition.refusal();
}

function insertOf(em: EntityManager, { entity, values }: NewRow): { sql: string; params: unknown[] } {
  const { props, tableName } = em.getMetadata(entity);
  const given = new Map<string, unknown>(Object.entries(values));
  const columns = props.filter(({ name, persist }) => persist !== false && given.get(name) !== undefined);
  const names = columns.flatMap(({ fieldNames }) => fieldNames.map((name) => `"${name}"`));
  const params = columns.map((column) => valueOf(em, column, given.get(column.name)));
  const placeholders = params.map(() => '?');
  return {
    sql: `insert into "${tableName}" (${names.join(', ')}) select ${placeholders.join(', ')} from condition`,
    params,
  };
}

/** Returns a value as the driver takes it: a related row by its id. */
function valueOf(em: EntityManager, { customType, targetMeta }: EntityProperty, value: unknown): unknown {
  if (targetMeta !== undefined && typeof value === 'object' && value !== null && 'id' in value) return value.id;
  return customType === undefined ? value : customType.convertToDatabaseValue(value, em.getPlatform());
}
