import type { EntityManager } from '@mikro-orm/postgresql';
import { AppError } from '../../errors.ts';
import { User } from '../../users/user.entity.ts';

/** Counts the ways of one kind by which an account, whose row the caller holds, can be entered. */
export type CountWaysIn = (tx: EntityManager, userId: string) => Promise<number>;

export const countPasswords: CountWaysIn = (tx, userId) => tx.count(User, { id: userId, passwordHash: { $ne: null } });

/**
 * Requires that an account can be entered without one of its ways in, which is about to be removed.
 * @throws CONFLICT if it is the last one.
 */
export type RequireOtherWayIn = (tx: EntityManager, userId: string, whatIsRemoved: string) => Promise<void>;

export const createRequireOtherWayIn =
  (counts: readonly CountWaysIn[]): RequireOtherWayIn =>
  async (tx, userId, whatIsRemoved) => {
    let ways = 0;
    for (const count of counts) ways += await count(tx, userId);
    if (ways > 1) return;
    throw new AppError('CONFLICT', `${whatIsRemoved} is the only way into the account: set a password first.`);
  };
