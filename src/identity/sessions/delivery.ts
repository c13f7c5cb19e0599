import { AppError } from '../../errors.ts';
import type { CookieJar, RequestScope } from '../../request.ts';
import type { User } from '../../users/user.entity.ts';
import type { IssuedTokens } from './issue-tokens.ts';
import type { Session } from './session.entity.ts';

const deviceCookieSeconds = 400 * 86_400;

export type Delivery = 'BODY' | 'COOKIE';

/** Tokens as the client gets them: in the answer, or null there and in cookies that no script can read. */
export interface DeliveredTokens {
  readonly accessToken: string | null;
  readonly refreshToken: string | null;
  readonly tokenType: 'Bearer';
  readonly expiresIn: number;
  readonly refreshExpiresIn: number;
  readonly scope: string;
  readonly deviceToken: string | null;
  readonly user: User;
  readonly session: Session;
}

/** Where nobody said otherwise, tokens return the way the credential came. */
export const deliveryOf = ({ credential }: RequestScope): Delivery =>
  credential.source === 'cookie' ? 'COOKIE' : 'BODY';

/** @throws FORBIDDEN (403) where cookies are asked for by a page that may not have them; call it before anything else. */
export function requireDeliverable(delivery: Delivery, cookies: CookieJar): void {
  if (delivery === 'BODY' || cookies.originAllowed) return;
  throw new AppError('FORBIDDEN', 'Cookies are given to an `Origin` of CORS_ORIGINS or of PUBLIC_URL alone.', {
    httpStatus: 403,
  });
}

/** `deviceToken` comes with a sign-in alone: a refresh leaves the one there is. */
export function deliver(
  tokens: IssuedTokens,
  delivery: Delivery,
  cookies: CookieJar,
  deviceToken: string | null = null,
): DeliveredTokens {
  if (delivery === 'COOKIE') {
    if (deviceToken !== null) cookies.set('device', deviceToken, deviceCookieSeconds);
    cookies.set('access', tokens.accessToken, tokens.expiresInSeconds);
    cookies.set('refresh', tokens.refreshToken, tokens.refreshExpiresInSeconds);
  }
  return {
    accessToken: delivery === 'BODY' ? tokens.accessToken : null,
    refreshToken: delivery === 'BODY' ? tokens.refreshToken : null,
    tokenType: 'Bearer',
    expiresIn: tokens.expiresInSeconds,
    refreshExpiresIn: tokens.refreshExpiresInSeconds,
    scope: tokens.rights.scopes.join(' '),
    deviceToken: delivery === 'BODY' ? deviceToken : null,
    user: tokens.user,
    session: tokens.session,
  };
}

/** Takes the cookies back by which a session came that is over now. */
export function clearCookies({ credential, cookies }: RequestScope): void {
  if (credential.source !== 'cookie') return;
  cookies.clear('access');
  cookies.clear('refresh');
}
