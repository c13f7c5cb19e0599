import { LockMode, type FilterQuery } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { User } from './user.entity.ts';

/** Locks an active account until the transaction ends; null for one that is disabled, closed or unknown. */
export const lockAccount = (tx: EntityManager, where: FilterQuery<User>): Promise<User | null> =>
  tx.findOne(User, { $and: [where, { status: 'ACTIVE' }] }, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true });
