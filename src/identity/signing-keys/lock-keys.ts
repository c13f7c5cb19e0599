import { LockMode } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { refreshRoot, SigningKey } from './signing-key.entity.ts';

/**
 * All keys, oldest first, for one who changes them: the next one waits until this transaction is over, and then sees
 * what it did. The row of the root is the lock; those of the keys would not hold back a key that comes while the others
 * are sealed anew, and that no node could open afterwards.
 */
export async function lockKeys(tx: EntityManager): Promise<SigningKey[]> {
  await tx.findOne(SigningKey, refreshRoot, { lockMode: LockMode.PESSIMISTIC_WRITE });
  return tx.find(SigningKey, {}, { orderBy: { id: 'asc' } });
}
