import type { EntityManager } from '@mikro-orm/postgresql';
import { AppError } from '../../errors.ts';
import { AccountToken } from './account-token.entity.ts';

/**
 * Returns whether an e-mail is kept for an account that changed it a few days ago and may take it back:
 * a thief who made the change could otherwise register the e-mail, and so stop that.
 */
export async function isHeld(
  em: EntityManager,
  now: Date,
  { email, except }: { readonly email: string; readonly except?: string },
): Promise<boolean> {
  const open = { email, purpose: 'email-revert', endedAt: null, expiresAt: { $gt: now } } as const;
  return (await em.count(AccountToken, except === undefined ? open : { ...open, user: { $ne: except } })) > 0;
}

/**
 * Checks that an e-mail that an account has just been given, in this transaction, is kept for no other one.
 * @throws CONFLICT if it is.
 */
export async function requireNotHeld(
  tx: EntityManager,
  now: Date,
  which: { readonly email: string; readonly except?: string },
): Promise<void> {
  if (!(await isHeld(tx, now, which))) return;
  throw new AppError(
    'CONFLICT',
    'This e-mail address belonged to another account until a few days ago: choose a different one.',
  );
}
