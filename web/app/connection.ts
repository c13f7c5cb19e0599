import { useSyncExternalStore } from 'react';
import { SallyportError } from 'sallyport/client';
import { queryClient } from './client.ts';

let lostAt: number | undefined;
const listeners = new Set<() => void>();

function set(next: number | undefined): void {
  if ((lostAt === undefined) === (next === undefined)) return;
  lostAt = next;
  for (const tell of listeners) tell();
}

addEventListener('offline', () => set(Date.now()));
addEventListener('online', () => {
  set(undefined);
  void queryClient.invalidateQueries();
});
queryClient.getQueryCache().subscribe(({ type, query: { state } }) => {
  if (type !== 'updated') return;
  const isLost = state.error instanceof SallyportError && state.error.code === 'NETWORK_FAILED';
  if (isLost) set(Date.now());
  else if (state.status === 'success' && state.fetchStatus === 'idle' && navigator.onLine) set(undefined);
});

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Returns since when the server cannot be reached; undefined while it can. */
export const useLostSince = (): number | undefined => useSyncExternalStore(subscribe, () => lostAt);
