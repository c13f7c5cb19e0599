import { type Collection, ReferenceKind } from '@mikro-orm/core';
import { guardOn, UnseenWriteError, type WriteGuard } from './write-guard.ts';

/**
 * Lists the rows whose relation to many others a changed collection writes: those at the end that owns the relation,
 * whichever end was changed.
 * @throws UnseenWriteError for a collection that was replaced without being loaded, if that writes rows which nobody has
 * read.
 */
export function rowsRelatedBy(guard: WriteGuard, collection: Collection<object>): readonly object[] {
  const { property, owner } = collection;
  const isOwned = property.kind === ReferenceKind.MANY_TO_MANY && property.owner;
  if (isOwned) return [owner];
  const before = collection.getSnapshot();
  const target = property.targetMeta?.className ?? '';
  if (before === undefined && guardOn(guard, target) !== undefined)
    throw new UnseenWriteError(target, 'a collection that is not loaded');
  // Rows of a collection of one to many hold the relation themselves, and are asked about as what they are.
  return property.kind === ReferenceKind.MANY_TO_MANY ? difference(before ?? [], collection.getItems(false)) : [];
}

function difference(before: readonly object[], after: readonly object[]): object[] {
  const [were, are] = [new Set(before), new Set(after)];
  return [...before.filter((row) => !are.has(row)), ...after.filter((row) => !were.has(row))];
}
