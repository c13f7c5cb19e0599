import type { IncomingMessage } from 'node:http';
import { AppError } from '../errors.ts';
import type { CookieJar, PresentedCredentials } from '../request.ts';
import { hasCookies, presentedCookies } from './cookies.ts';
import { isAnyPresented, onlyCredential, type OnlyCredential } from './credentials.ts';

/**
 * What a WebSocket presented: in the headers of its upgrade, or as `authorization` in `connection_init`.
 * @throws BAD_REQUEST where there are two credentials.
 */
export function liveCredential(
  request: IncomingMessage,
  jar: CookieJar,
  inInit: unknown,
): OnlyCredential & Pick<PresentedCredentials, 'cookies'> {
  const credential = onlyCredential(request, jar);
  const cookies = presentedCookies(jar);
  if (inInit === undefined) return { ...credential, cookies };
  if (typeof inInit !== 'string' || isAnyPresented(credential) || hasCookies(jar)) {
    throw new AppError(
      'BAD_REQUEST',
      'Give one credential: in the headers of the upgrade, or as text in `authorization` of connection_init.',
    );
  }
  return { ...credential, authorization: inInit, cookies };
}
