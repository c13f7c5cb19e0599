import { chmod, readFile, writeFile } from 'node:fs/promises';
import type { StorageAdapter } from 'sallyport/client';

/**
 * Stands in for a phone's secure store, which answers later too. With Expo the adapter is
 * `{ getItem: getItemAsync, setItem: setItemAsync, removeItem: deleteItemAsync }` of `expo-secure-store`.
 */
export function createSecureStore(file: string): StorageAdapter {
  async function read(): Promise<Record<string, string>> {
    try {
      return JSON.parse(await readFile(file, 'utf8')) as Record<string, string>;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
      throw error;
    }
  }

  async function write(texts: Record<string, string>): Promise<void> {
    await writeFile(file, JSON.stringify(texts), { mode: 0o600 });
    await chmod(file, 0o600);
  }

  return {
    getItem: async (key) => (await read())[key],
    setItem: async (key, value) => write({ ...(await read()), [key]: value }),
    async removeItem(key) {
      const { [key]: _, ...others } = await read();
      await write(others);
    },
  };
}
