import { AppError } from '../../errors.ts';
import type { RequestContext } from '../../request/context.ts';
import { requireWholeUserId } from '../../users/require-user.ts';
import { ownUserId } from '../../users/user.policy.ts';
import { isRecent } from '../sign-in/recent.ts';
import type { NewExternalLogin } from './external-login-store.ts';

/** The account that is to get the identity; none for a sign-in. */
export type Linking = Pick<NewExternalLogin, 'user' | 'sessionId' | 'credentialVersion'>;

type LinkingContext = Pick<RequestContext, 'principal' | 'now'> & {
  readonly credential: Pick<RequestContext['credential'], 'source'>;
};

const noLink: Linking = { user: null, sessionId: null, credentialVersion: null };

/**
 * Tells whether a sign-in is to link the identity to the caller's account: if it says so, or if it comes with a user's
 * access token in a header. Cookies alone do not say so: they may be those of the last person at this browser.
 * @throws UNAUTHENTICATED if the caller is anonymous; FORBIDDEN for a narrowed session; REAUTHENTICATION_REQUIRED or
 * MFA_REQUIRED if the sign-in or, of an account that has one, the second factor is not recent.
 */
export function linkingOf({ principal, credential, now }: LinkingContext, link: boolean | null | undefined): Linking {
  const isSignedIn = ownUserId(principal) !== undefined;
  if (!(link ?? (isSignedIn && credential.source === 'bearer'))) return noLink;
  if (!isSignedIn || principal.kind === 'anonymous')
    throw new AppError('UNAUTHENTICATED', 'Sign in first: the identity is linked to the account that is signed in.');
  if (principal.hasFactor === true && !isRecent(now, principal.mfaAt))
    throw new AppError('MFA_REQUIRED', 'Prove your second factor by `reauthenticate` first.');
  if (!isRecent(now, principal.authTime))
    throw new AppError('REAUTHENTICATION_REQUIRED', 'Sign in again, or call `reauthenticate`, first.');
  return {
    user: requireWholeUserId(principal),
    sessionId: principal.sessionId ?? null,
    credentialVersion: principal.credentialVersion ?? null,
  };
}
