export interface Locks {
  request<T>(
    name: string,
    options: { readonly signal: AbortSignal } | { readonly ifAvailable: true },
    work: (lock: unknown) => Promise<T>,
  ): Promise<T>;
}

/** The globals of a browser beyond those that all platforms share. */
interface Platform {
  readonly location?: { readonly href: string };
  readonly navigator?: { readonly locks?: Locks; readonly onLine?: boolean };
  readonly localStorage?: BrowserStorage;
}

interface StorageEvents {
  addEventListener?(type: 'storage', listener: (event: { readonly key: string | null }) => void): void;
  removeEventListener?(type: 'storage', listener: (event: { readonly key: string | null }) => void): void;
}

interface BrowserStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

const here = globalThis as unknown as Platform & StorageEvents;

/** Returns whether this is a page or a worker of a browser, where other tabs may share the session. */
export const isBrowser = (): boolean => here.location !== undefined;

export const locks = (): Locks | undefined => here.navigator?.locks;

/** Returns false if the browser knows that there is no network; true says nothing. */
export const mayBeOnline = (): boolean => here.navigator?.onLine !== false;

/** Returns `localStorage`; undefined if there is none, or if the browser keeps it from the page. */
export function browserStorage(): BrowserStorage | undefined {
  try {
    return here.localStorage;
  } catch {
    return undefined;
  }
}

/** Calls a listener when another tab has written a key, or cleared everything; answers how to stop that. */
export function onStorage(key: string, listener: () => void): () => void {
  const onEvent = (event: { readonly key: string | null }): void => {
    if (event.key === key || event.key === null) listener();
  };
  here.addEventListener?.('storage', onEvent);
  return () => here.removeEventListener?.('storage', onEvent);
}

/** Returns the whole URL of what a page names relative to itself; elsewhere URLs are whole. */
export const absolute = (url: string): string =>
  here.location === undefined ? url : new URL(url, here.location.href).href;

/** Returns the origin of a URL, which React Native's `URL` does not know. */
export const originOf = (url: string): string | undefined => /^\w+:\/\/[^/?#\\]*/.exec(absolute(url))?.[0];

/** Returns a signal that aborts after a while. React Native lacks `AbortSignal.timeout`. */
export function signalAfter(ms: number): AbortSignal {
  if ('timeout' in AbortSignal) return AbortSignal.timeout(ms);
  const controller = new AbortController();
  setTimeout(() => controller.abort(Object.assign(new Error('It took too long.'), { name: 'TimeoutError' })), ms);
  return controller.signal;
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));
