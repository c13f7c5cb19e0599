import { type Collection, type MetadataStorage, ReferenceKind } from '@mikro-orm/core';
import { guardOn, isAskedAbout, UnseenWriteError, type WriteGuard } from './write-guard.ts';

/**
 * Lists the rows whose relation to many others a changed collection writes: those at the end that owns the relation,
 * whichever end was changed.
 * @throws UnseenWriteError for a collection that was replaced without being loaded, if that writes rows which nobody has
 * read, and for one whose rows between have a policy of their own.
 */
export function rowsRelatedBy(
  guard: WriteGuard,
  collection: Collection<object>,
  metadata: MetadataStorage,
): readonly object[] {
  const { property, owner } = collection;
  const between = metadata.find(property.pivotEntity)?.className ?? '';
  if (isAskedAbout(guard, between)) throw new UnseenWriteError(between, `a collection, ${property.name}`);
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
