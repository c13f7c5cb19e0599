import { AppError } from '../errors.ts';
import type { RequestPrincipal } from '../request.ts';
import type { User } from './user.entity.ts';

/**
 * Whether an account, as it is under a lock, still is what a credential of it was taken for: what waits for the lock
 * may have been asked by somebody from whom the account was taken back meanwhile. Keys and services carry no version.
 */
export const isUnchangedSince = (
  { status, credentialVersion }: User,
  { credentialVersion: seen }: RequestPrincipal,
): boolean => status === 'ACTIVE' && (seen === undefined || seen === credentialVersion);

/** @throws UNAUTHENTICATED where it is not. */
export function requireUnchangedSince(account: User | null | undefined, principal: RequestPrincipal): void {
  if (account != null && isUnchangedSince(account, principal)) return;
  throw new AppError('UNAUTHENTICATED', 'The account or its password has changed: sign in again.');
}
