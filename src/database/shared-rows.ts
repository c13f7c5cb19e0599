import {
  ReferenceKind,
  type AnyEntity,
  type EntityClass,
  type EntityDictionary,
  type EntityMetadata,
  type EntityProperty,
} from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';

/** A row as the driver brings it, by the names of its columns. */
export type Row = Readonly<Record<string, unknown>> & { readonly id: string };

/** Reads rows as `freshEntityOf` takes them; what they are narrowed to is to be added. */
export const selectFrom = <Entity>(meta: EntityMetadata<Entity>, lazy?: readonly string[]): string =>
  `select ${quoted(columnsOf(meta, lazy)).join(', ')} from "${meta.tableName}"`;

/** Collections have no column of their own, though the metadata of a many-to-many one names those of its table. */
export const hasColumns = ({ kind }: EntityProperty): boolean =>
  kind !== ReferenceKind.ONE_TO_MANY && kind !== ReferenceKind.MANY_TO_MANY;

/** The columns that are read unasked, and those of the lazy properties that are asked for. */
export const columnsOf = <Entity>({ props }: EntityMetadata<Entity>, lazy: readonly string[] = []): string[] =>
  props
    .filter(({ name, lazy: isLazy, persist }) => persist !== false && (isLazy !== true || lazy.includes(name)))
    .filter(hasColumns)
    .flatMap(({ fieldNames }) => fieldNames ?? []);

const quoted = (names: readonly string[]): string[] => names.map((name) => `"${name}"`);

/** Makes an entity of this unit of work of a row; one that is loaded already is overwritten. */
export const freshEntityOf = <Entity extends AnyEntity & { id: string }>(
  em: EntityManager,
  entity: EntityClass<Entity>,
  row: Row,
): Entity => em.map(entity, copied(row) as EntityDictionary<Entity>);

/** Lists are parsed once for all who share the row: what one of them changes must not reach the others. */
const copied = (row: Row): object =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [name, Array.isArray(value) ? [...value] : value]));
