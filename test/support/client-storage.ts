import type { StorageAdapter } from '../../client/index.ts';

export interface TestStorage extends StorageAdapter {
  readonly texts: Map<string, string>;
  /** What throws from now on: nothing, unless a test says so. */
  readonly failing: Set<'getItem' | 'setItem' | 'removeItem'>;
}

/** Answers later, as the secure stores of phones do. */
export function createTestStorage(): TestStorage {
  const texts = new Map<string, string>();
  const failing: TestStorage['failing'] = new Set();
  async function attempt<T>(name: 'getItem' | 'setItem' | 'removeItem', work: () => T): Promise<T> {
    await Promise.resolve();
    if (failing.has(name)) throw new Error(`${name} fails`);
    return work();
  }
  return {
    texts,
    failing,
    getItem: (key) => attempt('getItem', () => texts.get(key) ?? null),
    setItem: (key, value) => attempt('setItem', () => texts.set(key, value)),
    removeItem: (key) => attempt('removeItem', () => texts.delete(key)),
  };
}
