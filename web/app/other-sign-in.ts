import { completeExternalLogin } from 'sallyport/client';
import { client } from './client.ts';
import { hasPages, publicOrigin, serverPath } from './facts.ts';
import { setParams } from './location.ts';

/** Marks the address to which the other page leads back. */
const mark = 'signed-in';

/**
 * Returns the address of the server's own page to sign in at, which has every way in and leads back to where the console
 * is now; undefined if there is no such page. With `again` it asks a user who is signed in as well, and for a fresh proof.
 */
export function otherSignIn({ again = false }: { readonly again?: boolean } = {}): string | undefined {
  if (!hasPages) return undefined;
  const back = new URL(location.href);
  back.searchParams.set(mark, '1');
  const asked = new URLSearchParams({ next: back.pathname + back.search, ...(again ? { again: 'on' } : {}) });
  return `${publicOrigin}${serverPath}sign-in?${asked.toString()}`;
}

export const hasComeBack = (): boolean => new URLSearchParams(location.search).has(mark);

/** Takes over the session of the cookies with which that page has led back: nothing else tells the client of it. */
export async function takeOver(): Promise<void> {
  const begun = { state: '', handle: null, link: false };
  await completeExternalLogin(client, begun, location.origin).catch(() => undefined);
  setParams({ [mark]: '' });
}
