import { AppError } from '../../errors.ts';
import type { RequestContext } from '../../request/context.ts';
import type { CookieJar } from '../../request/cookie-jar.ts';
import type { User } from '../../users/user.entity.ts';
import type { IssuedTokens } from '../sessions/issue-tokens.ts';
import type { Session } from '../sessions/session.entity.ts';

const deviceCookieSeconds = 400 * 86_400;

export type Delivery = 'BODY' | 'COOKIE';

/** Tokens that a session has just issued; a step-up issues no refresh token. */
export type DeliverableTokens = IssuedTokens<string | null>;

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

/** Returns the delivery of a request that names none: tokens go back the way the credential came. */
export const deliveryOf = ({ credential }: Pick<RequestContext, 'credential'>): Delivery =>
  credential.source === 'cookie' ? 'COOKIE' : 'BODY';

/**
 * Refuses cookies to a page that may not have them. Call it before anything is used up.
 * @throws FORBIDDEN (403) if cookies are asked for from an origin that is not allowed.
 */
export function requireDeliverable(delivery: Delivery, cookies: CookieJar): void {
  if (delivery === 'BODY' || cookies.originAllowed) return;
  throw new AppError(
    'FORBIDDEN',
    'Cookies are set only for an `Origin` of CORS_ORIGINS or PUBLIC_URL: add yours there, or ask for `delivery: BODY`.',
    {
      httpStatus: 403,
    },
  );
}

/**
 * Puts tokens into the answer or into cookies. `deviceToken` comes with a sign-in alone: a refresh keeps the present
 * one.
 */
export function deliver(
  tokens: DeliverableTokens,
  delivery: Delivery,
  cookies: CookieJar,
  deviceToken: string | null = null,
): DeliveredTokens {
  if (delivery === 'COOKIE') {
    if (deviceToken !== null) cookies.set('device', deviceToken, deviceCookieSeconds);
    cookies.set('access', tokens.accessToken, tokens.expiresInSeconds);
    if (tokens.refreshToken !== null) {
      cookies.set('refresh', tokens.refreshToken, tokens.refreshExpiresInSeconds);
    }
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
