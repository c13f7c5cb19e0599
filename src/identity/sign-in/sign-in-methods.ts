import type { EntityManager } from '@mikro-orm/postgresql';
import { AppError } from '../../errors.ts';
import { User } from '../../users/user.entity.ts';

/** Counts what of one kind signs in to an account whose row the caller holds: a password, passkeys, identities. */
export type CountSignInMethods = (tx: EntityManager, userId: string) => Promise<number>;

export const countPasswords: CountSignInMethods = (tx, userId) =>
  tx.count(User, { id: userId, passwordHash: { $ne: null } });

/**
 * Requires that an account has a method of signing in besides the one that is about to be removed.
 * @throws CONFLICT if it is the last one.
 */
export type RequireOtherSignInMethod = (tx: EntityManager, userId: string, whatIsRemoved: string) => Promise<void>;

export const createRequireOtherSignInMethod =
  (counts: readonly CountSignInMethods[]): RequireOtherSignInMethod =>
  async (tx, userId, whatIsRemoved) => {
    let methods = 0;
    for (const count of counts) methods += await count(tx, userId);
    if (methods > 1) return;
    throw new AppError('CONFLICT', `${whatIsRemoved} is the only way into the account: set a password first.`);
  };
