import type { CookieJar } from './cookie-jar.ts';

/** A challenge for a second factor, as it is handed to a page of ours. */
export interface HandedChallenge {
  readonly challenge: string;
  readonly methods: readonly string[];
  readonly passkeyOptions: unknown;
}

/** Browsers keep no cookie of more than 4096 bytes, of which base64 and the name take their part (RFC 6265 §6.1). */
const maxBytes = 2_800;

/**
 * Hands a challenge to the page that the browser goes to next. A cookie is in no URL, so in no log and no history;
 * no script reads it, and without one the page still gets it.
 */
export function setChallengeCookie(cookies: CookieJar, challenge: HandedChallenge, expiresInSeconds: number): void {
  const whole = JSON.stringify(challenge);
  // Passkeys are kept by the authenticator with the site's name: it finds its own without a list of them.
  const text = Buffer.byteLength(whole) <= maxBytes ? whole : JSON.stringify(withoutList(challenge));
  cookies.set('challenge', Buffer.from(text).toString('base64url'), expiresInSeconds);
}

/** Returns the challenge that was handed to a page; null if there is none any more, or if it is none of ours. */
export function readChallengeCookie(cookies: Pick<CookieJar, 'get'>): HandedChallenge | null {
  try {
    const { challenge, methods, passkeyOptions } = JSON.parse(
      Buffer.from(cookies.get('challenge') ?? '', 'base64url').toString(),
    ) as Partial<Record<keyof HandedChallenge, unknown>>;
    if (typeof challenge !== 'string' || !Array.isArray(methods)) return null;
    return { challenge, methods: methods.map(String), passkeyOptions };
  } catch {
    return null;
  }
}

const withoutList = ({ passkeyOptions, ...rest }: HandedChallenge): HandedChallenge => ({
  ...rest,
  passkeyOptions: { ...(passkeyOptions as object), allowCredentials: [] },
});
