import type { EntityManager } from '@mikro-orm/postgresql';
import type { Provenance } from '../../audit/record.ts';
import { addedFrom } from '../../database/added-from.ts';
import { IssuedSubject } from './issued-subject.entity.ts';

/** Takes from an account the subjects of other issuers that are it: their next token makes a user of its own. */
export const removeSubjects = (tx: EntityManager, _: Provenance, userId: string, since?: Date): Promise<number> =>
  tx.nativeDelete(IssuedSubject, { user: userId, ...addedFrom(since) });
