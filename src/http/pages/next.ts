import type { Site } from './site.ts';

/**
 * Returns where a sign-in leads: a URL of this site, or at an origin that may be returned to. Anything else leads
 * to the account (OWASP Unvalidated Redirects).
 */
export function nextOf({ publicUrl, base, returnOrigins }: Site, text: string | null | undefined): string {
  const account = `${base}/account`;
  const url = URL.parse(text ?? '', publicUrl);
  if (url === null || text == null || text === '') return account;
  // Not its `origin`: that of `blob:https://…` is the one of the URL inside.
  const { pathname, search, hash } = url;
  const origin = `${url.protocol}//${url.host}`;
  if (url.username !== '' || url.password !== '') return account;
  // Normalised: a path with two slashes at its head would be another host's.
  if (origin === new URL(publicUrl).origin) return pathname.startsWith('//') ? account : pathname + search + hash;
  return returnOrigins.includes(origin) ? url.href : account;
}
