import { browserStorage, onStorage } from './platform.ts';
import type { StorageAdapter } from './store.ts';

/** A message between tabs: it says where to look, never what is there. */
export type TabMessage = 'changed' | 'signed-out' | 'ended';

export interface Tabs {
  readonly post: (message: TabMessage) => void;
  readonly close: () => void;
}

const alone: Tabs = { post: () => undefined, close: () => undefined };

export interface TabsOptions {
  /** The name that all tabs share; undefined if there are no others. */
  readonly name: string | undefined;
  readonly adapter: StorageAdapter;
  readonly onMessage: (message: TabMessage) => void;
}

/**
 * Opens the channel between the tabs of a browser.
 *
 * A message can overtake what was written to `localStorage`, which tabs see when it suits the browser; so there its own
 * event says that something has changed.
 */
export function openTabs({ name, adapter, onMessage }: TabsOptions): Tabs {
  if (name === undefined || typeof BroadcastChannel === 'undefined') return alone;
  const isTold = adapter === browserStorage();
  const stop = isTold ? onStorage(name, () => onMessage('changed')) : undefined;
  const channel = new BroadcastChannel(name);
  channel.addEventListener('message', (event) => {
    const { data } = event as { readonly data?: unknown };
    if (data === 'signed-out' || data === 'ended') onMessage(data);
    // A message of another version of the client says at least that something has changed.
    else if (!isTold) onMessage('changed');
  });
  return {
    post: (message) => channel.postMessage(message),
    close() {
      stop?.();
      channel.close();
    },
  };
}
