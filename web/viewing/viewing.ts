import { useSyncExternalStore } from 'react';
import { useSession } from 'sallyport/client/react';
import { client } from '../app/client.ts';
import type { CallerText } from '../simulator/callers.ts';

const key = 'sallyport-console-viewing';
const changed = 'sallyport-viewing';

/** Looks at the server as another caller would, in every tab, until that is stopped or this session ends. */
export function viewAs(caller: CallerText): void {
  const session = client.session.get();
  if (session.status === 'signed-in') write(`${session.id} ${caller}`);
}

export const stopViewing = (): void => write(undefined);

function write(text: string | undefined): void {
  if (text === undefined) localStorage.removeItem(key);
  else localStorage.setItem(key, text);
  dispatchEvent(new Event(changed));
}

/** Reads the caller to view as; none if the browser keeps nothing. */
function read(): string {
  try {
    return localStorage.getItem(key) ?? '';
  } catch {
    return '';
  }
}

function subscribe(listener: () => void): () => void {
  // `storage` tells what other tabs have written.
  addEventListener('storage', listener);
  addEventListener(changed, listener);
  return () => {
    removeEventListener('storage', listener);
    removeEventListener(changed, listener);
  };
}

/** Returns as whom this session views; undefined if as itself. What another session left behind does not count. */
export function useViewing(): CallerText | undefined {
  const session = useSession();
  const [id, ...caller] = useSyncExternalStore(subscribe, read).split(' ');
  return session.status === 'signed-in' && id === session.id ? caller.join(' ') : undefined;
}

const asking = 'sallyport-view-as';

/** Opens the dialog that asks as whom to view. */
export const askWhom = (): void => void dispatchEvent(new Event(asking));

/** Calls a listener whenever that dialog is wanted, and answers how to stop it. */
export function onAskWhom(listener: () => void): () => void {
  addEventListener(asking, listener);
  return () => removeEventListener(asking, listener);
}
