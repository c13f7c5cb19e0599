import { columnsGuarded } from '../authorization/index.ts';
import { columnsNamed, type Columns } from '../database/rows/columns.ts';
import type { Entity } from '../database/rows/list-selection.ts';
import type { Rows } from '../database/rows/source.ts';
import type { Selection } from './selection.ts';

/**
 * The properties that a field of a type reads, unless it reads the one of its own name; `undefined`: any. A field that
 * stands nowhere and bears no property's name may read all of them.
 */
export type FieldNeeds = Readonly<Record<string, readonly string[] | undefined>>;

/**
 * Answers the columns of a selection on the type of an entity: what the fields read, and what guards them and the type;
 * `undefined` if all are needed.
 */
export type FieldColumns = (rows: Rows, selection: Selection) => Columns | undefined;

export function createFieldColumns(entity: Entity, needs: FieldNeeds): FieldColumns {
  const known = new WeakMap<Selection, Columns | undefined>();

  function find({ source }: Rows, selection: Selection): Columns | undefined {
    const { fields, schema } = selection;
    const table = source.tableOf(entity);
    const properties = columnsGuarded(schema, entity.name, fields.keys())?.slice();
    if (properties === undefined) return undefined;
    for (const field of fields.keys()) {
      const read = field === '__typename' ? [] : field in needs ? needs[field] : table.has(field) ? [field] : undefined;
      if (read === undefined) return undefined;
      properties.push(...read);
    }
    return columnsNamed(properties);
  }

  return (rows, selection) => {
    if (!known.has(selection)) known.set(selection, find(rows, selection));
    return known.get(selection);
  };
}
