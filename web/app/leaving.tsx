import { useSyncExternalStore, type ReactElement } from 'react';
import { Alert } from '../ui/alert.tsx';
import { client } from './client.ts';
import { useIsLong } from './use-is-long.ts';

type Leaving = 'done' | 'telling' | 'not told';
let leaving: Leaving = 'done';
const listeners = new Set<() => void>();

function become(next: Leaving): void {
  leaving = next;
  for (const listener of listeners) listener();
}

/** Signs out here at once. It is never stopped: the server has to be told, since cookies count until then. */
export function signOut(): void {
  become('telling');
  client.signOut().then(
    () => become('done'),
    () => become('not told'),
  );
}

// Whoever signs in anew has left that session behind: the client tells the server of it before.
client.session.subscribe(() => {
  if (client.session.get().status === 'signed-in' && leaving === 'not told') become('done');
});

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Says, where one signs in again, that the server has not been told yet of a departure. */
export function LeavingNotice(): ReactElement | null {
  const state = useSyncExternalStore(subscribe, () => leaving);
  const isLong = useIsLong(state === 'telling');
  if (state === 'not told')
    return (
      <Alert>
        You are signed out here, but the server could not be told, so your session lasts until it is.{' '}
        <button type="button" className="button small" onClick={signOut}>
          Tell it again
        </button>
      </Alert>
    );
  if (!isLong) return null;
  return (
    <p className="waiting" role="status">
      <span className="spinner" aria-hidden="true" />
      You are signed out here; the server is being told…
    </p>
  );
}
