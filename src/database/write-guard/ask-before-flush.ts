import { type ChangeSet, ChangeSetType, type EventSubscriber, type FlushEventArgs, helper } from '@mikro-orm/core';
import { guardOf } from './guarded-entity-manager.ts';
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
    for (const change of uow.getChangeSets()) await askAbout(guard, change);
  },
};

async function askAbout(guard: WriteGuard, { type, entity, meta, originalEntity }: ChangeSet<object>): Promise<void> {
  const { className } = meta;
  if (guardOn(guard, className) === undefined) return;
  if (type === ChangeSetType.CREATE) return requireCreate(guard, className, entity);
  // The row as it was read. What was changed before it is deleted does not count.
  const { __originalEntityData: asRead } = helper(entity);
  const before: object | undefined = originalEntity ?? asRead;
  if (type === ChangeSetType.DELETE || type === ChangeSetType.DELETE_EARLY)
    return requireDelete(guard, className, helper(entity).isInitialized() ? (before ?? entity) : entity);
  if (before === undefined || !helper(entity).isInitialized())
    throw new UnseenWriteError(className, 'a reference that is not loaded');
  return requireUpdate(guard, className, before, entity);
}
