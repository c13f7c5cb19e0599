import { type ChangeSet, ChangeSetType, type EventSubscriber, type FlushEventArgs, helper } from '@mikro-orm/core';
import { guardOf } from './guarded-entity-manager.ts';
import { rowsRelatedBy } from './rows-related-by.ts';
import {
  guardOn,
  requireCreate,
  requireDelete,
  requireUpdate,
  UnseenWriteError,
  type WriteGuard,
} from './write-guard.ts';

/** Asks about every row that a unit of work is about to write for a caller, before any of it is written. */
export const askBeforeFlush: EventSubscriber = {
  async onFlush({ em, uow }: FlushEventArgs): Promise<void> {
    const guard = guardOf(em);
    if (guard === undefined) return;
    const changes = uow.getChangeSets();
    for (const change of changes) await askAbout(guard, change);
    // What a row is related to by a pivot table is a part of the row, and changes without a change of the row itself.
    const asked = new Set<object>(changes.map(({ entity }) => entity));
    for (const collection of uow.getCollectionUpdates()) {
      for (const row of rowsRelatedBy(guard, collection, em.getMetadata()))
        if (!asked.has(row)) await requireUpdateOf(guard, row);
    }
  },
};

async function askAbout(guard: WriteGuard, { type, entity, meta }: ChangeSet<object>): Promise<void> {
  const { className } = meta;
  if (guardOn(guard, className) === undefined) return;
  if (type === ChangeSetType.CREATE) return requireCreate(guard, className, entity);
  if (type !== ChangeSetType.DELETE && type !== ChangeSetType.DELETE_EARLY) return requireUpdateOf(guard, entity);
  // The row as it was read. What was changed before it is deleted does not count.
  return requireDelete(guard, className, helper(entity).isInitialized() ? (asRead(entity) ?? entity) : entity);
}

/** Asks about a row as it was read and as it would be. */
async function requireUpdateOf(guard: WriteGuard, row: object): Promise<void> {
  const {
    __meta: { className },
  } = helper(row);
  if (guardOn(guard, className) === undefined) return;
  const before = asRead(row);
  if (before === undefined || !helper(row).isInitialized())
    throw new UnseenWriteError(className, 'a reference that is not loaded');
  return requireUpdate(guard, className, before, row);
}

function asRead(row: object): object | undefined {
  const { __originalEntityData: data } = helper(row);
  return data;
}
