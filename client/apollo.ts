import type { ApolloClient } from '@apollo/client';
import { HttpLink } from '@apollo/client/link/http';
import type { Client } from './create-client.ts';
import type { SessionState } from './session-value.ts';

/**
 * A link of Apollo Client 4 that ends its chain: requests carry the session's credential, and wait for its renewal when
 * that is due.
 */
export const sallyportLink = (
  { url, fetch }: Pick<Client, 'url' | 'fetch'>,
  options: Omit<HttpLink.Options, 'uri' | 'fetch' | 'credentials'> = {},
): HttpLink => new HttpLink({ ...options, uri: url, fetch: fetch });

/**
 * Empties the cache when another user signs in, or the user signs out: the next one may not see what it holds. Queries
 * on the page are asked anew. Returns a function that stops this.
 */
export function resetOnChange(
  { session }: Pick<Client, 'session'>,
  apollo: Pick<ApolloClient, 'resetStore'>,
): () => void {
  let last = userOf(session.get());
  return session.subscribe((state) => {
    const next = userOf(state);
    const isSame = next === last || last === undefined;
    last = next;
    if (!isSame) apollo.resetStore().catch(() => undefined);
  });
}

/** Returns the id of the user: null if no user is signed in, undefined as long as that is not known. */
function userOf(state: SessionState): string | null | undefined {
  if (state.status === 'unknown') return undefined;
  return state.status === 'signed-in' ? state.user.id : null;
}
