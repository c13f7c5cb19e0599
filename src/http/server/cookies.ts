import { parseCookie, stringifySetCookie } from 'cookie';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError } from '../../errors.ts';
import type { CookieJar, SallyportCookie } from '../../request/cookie-jar.ts';

const names: readonly SallyportCookie[] = ['access', 'refresh'];
/** Cookies that are no credentials. */
const furtherNames: readonly SallyportCookie[] = ['challenge', 'device', 'email-login', 'external-login', 'kept-form'];

export interface CookieJarOptions extends Pick<CookieJar, 'originAllowed' | 'noteForeignOrigin'> {
  readonly secure: boolean;
  readonly sameSite: 'lax' | 'none';
}

/**
 * Reads and sets our cookies. Over https they carry the `__Host-` prefix (RFC 6265bis §4.1.3.2), so that no sibling
 * domain can plant them; plain http on localhost, in development alone, allows neither the prefix nor `Secure`.
 */
export function createCookieJar(
  request: IncomingMessage,
  response: ServerResponse,
  { secure, sameSite, originAllowed, noteForeignOrigin }: CookieJarOptions,
): CookieJar {
  const header = request.headers.cookie;
  const presented = header === undefined ? noCookies : parseCookie(header);
  const nameOf = (name: SallyportCookie): string => `${secure ? '__Host-' : ''}sallyport-${name}`;

  const write = (name: SallyportCookie, value: string, maxAge: number): void => {
    const cookie = stringifySetCookie({
      name: nameOf(name),
      value,
      maxAge,
      path: '/',
      httpOnly: true,
      sameSite,
      secure,
    });
    response.appendHeader('set-cookie', cookie);
  };

  if (header !== undefined) for (const name of [...names, ...furtherNames]) requireOnce(header, nameOf(name));

  return {
    originAllowed,
    noteForeignOrigin,
    get: (name) => (header === undefined ? undefined : presented[nameOf(name)] || undefined),
    set: write,
    clear(name) {
      write(name, '', 0);
      // The state that a browser keeps for the session goes with it; cookies of others on this site, and of this
      // device, stay.
      if (name === 'refresh') response.setHeader('clear-site-data', '"cache", "storage"');
    },
  };
}

/**
 * Refuses two cookies of one name: servers do not agree on which of them counts (RFC 6265 §5.4). @throws BAD_REQUEST
 */
function requireOnce(header: string, name: string): void {
  const count = header.split(';').filter((pair) => pair.split('=', 1)[0]?.trim() === name).length;
  if (count > 1) throw new AppError('BAD_REQUEST', `The request carries two cookies of the name ${name}.`);
}

/** Answers our cookies in the shape that strategies read. */
export const presentedCookies = (jar: CookieJar): Record<string, string | undefined> => ({
  access: jar.get('access'),
  refresh: jar.get('refresh'),
});

export const hasCookies = (jar: CookieJar): boolean => names.some((name) => jar.get(name) !== undefined);

const noCookies: ReturnType<typeof parseCookie> = {};

/**
 * Requires an allowed `Origin` of a request with cookies: a browser sends them from any page (OWASP CSRF).
 * @throws FORBIDDEN if the origin is not allowed.
 */
export function requireAllowedOrigin(jar: CookieJar): void {
  if (!hasCookies(jar) || jar.originAllowed) return;
  jar.noteForeignOrigin();
  throw new AppError('FORBIDDEN', 'A request with cookies needs an `Origin` of CORS_ORIGINS or of PUBLIC_URL.');
}
