/** Our cookies in a request and on its answer; names are without their prefix, which depends on the transport. */
export interface CookieJar {
  get(name: SallyportCookie): string | undefined;
  set(name: SallyportCookie, value: string, maxAgeSeconds: number): void;
  clear(name: SallyportCookie): void;
  /** True if the request's `Origin` may be given cookies. */
  readonly originAllowed: boolean;
  /** Reports that the request is refused for its `Origin`. */
  noteForeignOrigin(): void;
}

/**
 * `device` proves only that this browser has signed in before, `email-login` and `external-login` that it began to sign
 * in: they are no credentials. `challenge` holds a sign-in that waits for its second factor, `kept-form` what was typed
 * before a provider or a mail was to tell who typed it.
 */
export type SallyportCookie =
  'access' | 'refresh' | 'challenge' | 'device' | 'email-login' | 'external-login' | 'kept-form';
