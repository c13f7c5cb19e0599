import { parseCookie, stringifySetCookie } from 'cookie';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError } from '../errors.ts';
import type { CookieJar, SallyportCookie } from '../request.ts';

const names: readonly SallyportCookie[] = ['access', 'refresh'];

/**
 * Reads our cookies and sets them. Over https they carry the `__Host-` prefix (RFC 6265bis §4.1.3.2), so that no
 * sibling domain can plant them; plain http on localhost, in development alone, can have neither it nor `Secure`.
 */
export function createCookieJar(
  request: IncomingMessage,
  response: ServerResponse,
  { secure, originAllowed }: { secure: boolean; originAllowed: boolean },
): CookieJar {
  const presented = parseCookie(request.headers.cookie ?? '');
  const nameOf = (name: SallyportCookie): string => `${secure ? '__Host-' : ''}sallyport-${name}`;

  const write = (name: SallyportCookie, value: string, maxAge: number): void => {
    const cookie = stringifySetCookie({
      name: nameOf(name),
      value,
      maxAge,
      path: '/',
      httpOnly: true,
      sameSite: 'lax',
      secure,
    });
    response.appendHeader('set-cookie', cookie);
  };

  return {
    originAllowed,
    get: (name) => presented[nameOf(name)] || undefined,
    set: write,
    clear: (name) => write(name, '', 0),
  };
}

/** Our cookies as the strategies look at them. */
export const presentedCookies = (jar: CookieJar): Record<string, string | undefined> =>
  Object.fromEntries(names.map((name) => [name, jar.get(name)]));

export const hasCookies = (jar: CookieJar): boolean => names.some((name) => jar.get(name) !== undefined);

/**
 * Cookies travel by themselves, so a request that carries them must come from a page of ours (OWASP CSRF).
 * @throws FORBIDDEN where it does not.
 */
export function requireAllowedOrigin(jar: CookieJar): void {
  if (!hasCookies(jar) || jar.originAllowed) return;
  throw new AppError('FORBIDDEN', 'A request with cookies needs an `Origin` of CORS_ORIGINS or of PUBLIC_URL.');
}
