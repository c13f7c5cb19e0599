import { parseCookie, stringifySetCookie } from 'cookie';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError } from '../../errors.ts';
import type { CookieJar, SallyportCookie } from '../../request/cookie-jar.ts';

const names: readonly SallyportCookie[] = [
  'access',
  'refresh',
  'challenge',
  'device',
  'email-login',
  'external-login',
  'kept-form',
];

export interface CookieJarOptions extends Pick<CookieJar, 'originAllowed' | 'noteForeignOrigin'> {
  readonly secure: boolean;
  readonly sameSite: 'lax' | 'none';
}

/**
 * Reads and sets our cookies. Over https they carry the `__Host-` prefix (RFC 6265bis §4.1.3.2), so that no sibling
 * domain can plant them; plain http on localhost, in development alone, allows neither the prefix nor `Secure`.
 */
export class HttpCookieJar implements CookieJar {
  readonly originAllowed: boolean;
  readonly #response: ServerResponse;
  readonly #options: CookieJarOptions;
  /** Undefined if the request has no cookies. */
  readonly #presented: ReturnType<typeof parseCookie> | undefined;

  /** @throws BAD_REQUEST for two cookies of one of our names. */
  constructor(request: IncomingMessage, response: ServerResponse, options: CookieJarOptions) {
    const header = request.headers.cookie;
    this.originAllowed = options.originAllowed;
    this.#response = response;
    this.#options = options;
    this.#presented = header === undefined ? undefined : parseCookie(header);
    if (header !== undefined) for (const name of names) requireOnce(header, this.#nameOf(name));
  }

  get(name: SallyportCookie): string | undefined {
    return this.#presented === undefined ? undefined : this.#presented[this.#nameOf(name)] || undefined;
  }

  set(name: SallyportCookie, value: string, maxAge: number): void {
    const { sameSite, secure } = this.#options;
    const options = { maxAge, path: '/', httpOnly: true, sameSite, secure };
    this.#response.appendHeader('set-cookie', stringifySetCookie({ name: this.#nameOf(name), value, ...options }));
  }

  clear(name: SallyportCookie): void {
    this.set(name, '', 0);
    // The state that a browser keeps for the session goes with it; cookies of others on this site, and of this
    // device, stay.
    if (name === 'refresh') this.#response.setHeader('clear-site-data', '"cache", "storage"');
  }

  noteForeignOrigin(): void {
    this.#options.noteForeignOrigin();
  }

  #nameOf(name: SallyportCookie): string {
    return `${this.#options.secure ? '__Host-' : ''}sallyport-${name}`;
  }
}

/**
 * Refuses two cookies of one name: servers do not agree on which of them counts (RFC 6265 §5.4). @throws BAD_REQUEST
 */
function requireOnce(header: string, name: string): void {
  const count = header.split(';').filter((pair) => pair.split('=')[0]?.trim() === name).length;
  if (count > 1) throw new AppError('BAD_REQUEST', `The request carries two cookies of the name ${name}.`);
}

/** Answers our cookies in the shape that strategies read. */
export const presentedCookies = (jar: CookieJar): Record<string, string | undefined> => ({
  access: jar.get('access'),
  refresh: jar.get('refresh'),
});

export const hasCookies = (jar: CookieJar): boolean =>
  jar.get('access') !== undefined || jar.get('refresh') !== undefined;

/**
 * Requires an allowed `Origin` of a request with cookies: a browser sends them from any page (OWASP CSRF).
 * @throws FORBIDDEN if the origin is not allowed.
 */
export function requireAllowedOrigin(jar: CookieJar): void {
  if (!hasCookies(jar) || jar.originAllowed) return;
  jar.noteForeignOrigin();
  throw new AppError('FORBIDDEN', 'A request with cookies needs an `Origin` of CORS_ORIGINS or of PUBLIC_URL.');
}
