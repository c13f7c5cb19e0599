import { ReferenceKind, type AnyEntity, type EntityClass, type EntityProperty, type Platform } from '@mikro-orm/core';
import type { MikroORM } from '@mikro-orm/postgresql';
import { hasColumns } from '../shared-rows.ts';
import { columnsNamed, type Columns } from './columns.ts';

/** Makes a property's value of what the driver answers; null is null, and is not asked. */
type Read = (value: unknown) => unknown;

/** The way in which rows of an entity are read, from MikroORM's metadata. */
export interface Table {
  readonly entity: EntityClass<AnyEntity>;
  /** Quoted, as `fieldOf` is. */
  readonly name: string;
  readonly has: (property: string) => boolean;
  readonly fieldOf: (property: string) => string;
  readonly typeOf: (property: string) => string;
  /** Every property that is not lazy. */
  readonly all: Columns;
  /** Makes the rows of the values of these columns, in their order, from an index on. */
  readonly rowMaker: (columns: Columns) => RowMaker;
  readonly targetOf: (relation: string) => EntityClass<AnyEntity>;
}

export type RowMaker = (values: readonly unknown[], from: number) => object;

export function createTable(orm: MikroORM, entity: EntityClass<AnyEntity>): Table {
  const { className, props, tableName } = orm.getMetadata(entity);
  const platform = orm.em.getPlatform();
  const columns = new Map(
    props.filter((prop) => prop.persist !== false && hasColumns(prop)).map((prop) => [prop.name, prop]),
  );
  const requireColumn = (property: string): EntityProperty => {
    const column = columns.get(property);
    if (column === undefined) throw new Error(`${className} has no column for ${property}.`);
    return column;
  };
  const makers = new Map<Columns, RowMaker>();
  const loaded = [...columns.values()].filter(({ lazy }) => lazy !== true);

  return {
    entity,
    name: quoted(tableName),
    has: (property) => columns.has(property),
    fieldOf: (property) => quoted(requireColumn(property).fieldNames[0] ?? property),
    typeOf: (property) => requireColumn(property).columnTypes[0] ?? 'text',
    all: columnsNamed(loaded.map(({ name }) => name)),
    rowMaker(of) {
      let make = makers.get(of);
      if (make === undefined) {
        make = createRowMaker(
          className,
          of,
          of.names.map((name) => readerOf(requireColumn(name), platform)),
        );
        makers.set(of, make);
      }
      return make;
    },
    targetOf(relation) {
      const { kind, targetMeta } = requireColumn(relation);
      if (kind === ReferenceKind.SCALAR || targetMeta === undefined) throw new Error(`${relation} is no relation.`);
      return targetMeta.class as EntityClass<AnyEntity>;
    },
  };
}

/**
 * The rows of a set of columns are objects of one class, named as the entity is, their properties set in one order: the
 * engine and the resolvers find them in the same place of every row.
 */
function createRowMaker(className: string, { names }: Columns, readers: ReadonlyArray<Read | null>): RowMaker {
  const { [className]: Row } = {
    [className]: class {
      [name: string]: unknown;
      constructor(values: readonly unknown[], from: number) {
        for (let index = 0; index < names.length; index += 1) {
          const value = values[from + index] ?? null;
          const read = readers[index];
          this[names[index] ?? ''] = value === null || read == null ? value : read(value);
        }
      }
    },
  };
  if (Row === undefined) throw new Error('A class was not made.');
  return (values, from) => new Row(values, from);
}

function readerOf({ runtimeType, customType }: EntityProperty, platform: Platform): Read | null {
  if (runtimeType === 'Date') return (value) => (typeof value === 'string' ? parseMoment(value, platform) : value);
  if (customType === undefined || customType.runtimeType === 'string') return null;
  return (value) => customType.convertToJSValue(value, platform);
}

/**
 * Reads a moment as PostgreSQL writes it in UTC, `2026-11-29 12:30:08.123+00` with up to three digits of a fraction or
 * none, by its places, since rows are full of them. Any other text is left to the platform.
 */
function parseMoment(text: string, platform: Platform): unknown {
  const zone = text.length - 3;
  const isShaped =
    text[4] === '-' &&
    text[7] === '-' &&
    text[10] === ' ' &&
    text[13] === ':' &&
    text[16] === ':' &&
    text.endsWith('+00');
  const hasFraction = text[19] === '.' && zone <= 23;
  if (!isShaped || (zone !== 19 && !hasFraction)) return platform.parseDate(text);
  const ms = Date.UTC(
    digits(text, 0, 4),
    digits(text, 5, 7) - 1,
    digits(text, 8, 10),
    digits(text, 11, 13),
    digits(text, 14, 16),
    digits(text, 17, 19),
    hasFraction ? digits(text, 20, zone) * 10 ** (23 - zone) : 0,
  );
  return Number.isNaN(ms) ? platform.parseDate(text) : new Date(ms);
}

/** The number that digits write; not a number if one of them is something else, or if there are none. */
function digits(text: string, from: number, to: number): number {
  let number = from < to ? 0 : Number.NaN;
  for (let at = from; at < to; at += 1) {
    const digit = text.charCodeAt(at) - 0x30;
    if (digit < 0 || digit > 9) return Number.NaN;
    number = number * 10 + digit;
  }
  return number;
}

const quoted = (name: string): string => `"${name}"`;
