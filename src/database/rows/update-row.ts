import { OptimisticLockError } from '@mikro-orm/core';
import { requireUpdate } from '../write-guard/write-guard.ts';
import type { Entity } from './list-selection.ts';
import type { RowOf } from './row.ts';
import type { Rows } from './source.ts';

/**
 * Changes a row if it still has the version that was read, and answers it as it is then, by one statement, which is a
 * transaction by itself. What was read before is not remembered any more.
 * The row is what the policy is asked about, if a guard counts: read it whole.
 * @throws OptimisticLockError if another request changed the row, or removed it, in the meantime.
 */
export async function updateRow<E extends { id: string; version: number }>(
  { source, forget, guard }: Rows,
  entity: Entity<E>,
  row: { readonly id: string; readonly version: number },
  changes: Partial<RowOf<E>>,
): Promise<RowOf<E>> {
  await requireUpdate(guard, entity.name, row, { ...row, ...changes });
  const table = source.tableOf(entity);
  const names = Object.keys(changes);
  const statement = source.statements.get(`update ${entity.name} ${names.join()}`, () => {
    const assigned = names.map((name, index) => `${table.fieldOf(name)} = $${index + 3}`);
    const returned = table.all.names.map((name) => table.fieldOf(name));
    return {
      text:
        `update ${table.name} set ${assigned.join(', ')}, "version" = "version" + 1 ` +
        `where "id" = $1 and "version" = $2 returning ${returned.join(', ')}`,
      constants: [],
    };
  });
  const [updated] = await source.send(statement, [row.id, row.version, ...Object.values(changes)]);
  forget();
  if (updated === undefined) throw OptimisticLockError.lockFailed(entity.name);
  return table.rowMaker(table.all)(updated, 0) as RowOf<E>;
}
