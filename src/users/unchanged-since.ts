import { AppError } from '../errors.ts';
import type { RequestPrincipal } from '../request/credentials.ts';
import type { User } from './user.entity.ts';

/**
 * Returns whether a locked account is still the one that a credential was checked against: a caller who waited for the
 * lock may have lost the account meanwhile. Keys and services carry no version.
 */
export const isUnchangedSince = (
  { status, credentialVersion }: User,
  { credentialVersion: seen }: RequestPrincipal,
): boolean => status === 'ACTIVE' && (seen === undefined || seen === credentialVersion);

/** Checks the same. @throws UNAUTHENTICATED if it is not. */
export function requireUnchangedSince(
  account: User | null | undefined,
  principal: RequestPrincipal,
): asserts account is User {
  if (account != null && isUnchangedSince(account, principal)) return;
  throw new AppError('UNAUTHENTICATED', 'The account or its password has changed: sign in again.');
}
