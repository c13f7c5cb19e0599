import { userIdOf, type Principal } from '../authorization/index.ts';
import { AppError } from '../errors.ts';

/** Returns the user behind a principal. @throws FORBIDDEN if there is none, as with a service. */
export function requireUserId(principal: Principal): string {
  const id = userIdOf(principal);
  if (id !== undefined) return id;
  throw new AppError('FORBIDDEN', 'Only a user or a user’s API key can do this: sign in.');
}

/**
 * Returns the user behind a session that was not narrowed: handing an account over, or ending it, takes all of its
 * rights.
 * @throws FORBIDDEN for a narrowed session, which could otherwise take over what it was kept from.
 */
export function requireWholeUserId(principal: Principal): string {
  if (!isNarrowed(principal)) return requireUserId(principal);
  throw new AppError('FORBIDDEN', 'This session was narrowed to some scopes: sign in without `scopes` to do this.');
}

export const isNarrowed = (principal: Principal): boolean => 'isNarrowed' in principal && principal.isNarrowed === true;
