import { SallyportError } from './errors.ts';
import { keptIn, textOf, type Kept } from './record.ts';

type Maybe<T> = T | Promise<T>;

/** A place for texts: `localStorage`, React Native's secure store, a file. It may answer at once or later. */
export interface StorageAdapter {
  getItem(key: string): Maybe<string | null | undefined>;
  setItem(key: string, value: string): Maybe<unknown>;
  removeItem(key: string): Maybe<unknown>;
}

export interface Store {
  /** @throws STORAGE_FAILED, CLIENT_OUTDATED */
  readonly read: () => Maybe<Kept>;
  /** Never throws: what could not be written is kept in memory, told, and written at the next reading. */
  readonly write: (kept: Kept) => Promise<void>;
}

export interface StoreOptions {
  readonly adapter: StorageAdapter;
  readonly key: string;
  /** The state that an empty storage means. */
  readonly empty: 'unknown' | 'signed-out';
  readonly onError: (error: SallyportError) => void;
}

/** Keeps the session where the adapter has it, which all tabs share. */
export function createStore({ adapter, key, empty, onError }: StoreOptions): Store {
  let seen: string | null = null;
  let unsaved: Kept | undefined;

  function take(text: string | null): Kept {
    // A value that another tab has written since is younger than the one that we could not write.
    if (unsaved !== undefined && text === seen) return retry(unsaved);
    unsaved = undefined;
    seen = text;
    return text === null ? { state: empty } : keptIn(text);
  }

  function retry(kept: Kept): Kept {
    void write(kept);
    return kept;
  }

  async function write(kept: Kept): Promise<void> {
    const text = kept.state === empty ? null : textOf(kept);
    try {
      await (text === null ? adapter.removeItem(key) : adapter.setItem(key, text));
      seen = text;
      unsaved = undefined;
    } catch (error) {
      unsaved = kept;
      onError(failed(error));
    }
  }

  return {
    write,
    read() {
      try {
        const text = adapter.getItem(key);
        if (!isPromise(text)) return take(text ?? null);
        return text.then(
          (found) => take(found ?? null),
          (error: unknown) => Promise.reject(failed(error)),
        );
      } catch (error) {
        throw error instanceof SallyportError ? error : failed(error);
      }
    },
  };
}

export const isPromise = <T>(value: Maybe<T>): value is Promise<T> =>
  typeof (value as Promise<T> | null | undefined)?.then === 'function';

const failed = (cause: unknown): SallyportError =>
  new SallyportError('STORAGE_FAILED', 'The storage of the session failed.', { cause });

export function memoryStorage(): StorageAdapter {
  const texts = new Map<string, string>();
  return {
    getItem: (key) => texts.get(key),
    setItem: (key, value) => texts.set(key, value),
    removeItem: (key) => texts.delete(key),
  };
}
