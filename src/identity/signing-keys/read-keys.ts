import type { EntityManager } from '@mikro-orm/postgresql';
import { importKey, importPublicPart, type KeyMaterial } from './key-material.ts';
import { openKey } from './sealed-key.ts';
import { SigningKey } from './signing-key.entity.ts';
import type { Vault } from './vault.ts';

/** The keys by which access tokens count, by their ids, oldest first. */
export type AccessKeys = ReadonlyMap<string, KeyMaterial>;

/**
 * Reads the keys of access tokens that are not retired.
 * @param known Those that were read before: what a key is never changes, only its state does, so they are not opened
 * again.
 * @param onSealed Told of each key that the vault does not open. Unless it throws, such a key verifies by its public
 * part, or is left out if it has none that can be read.
 */
export async function readAccessKeys(
  { em, vault }: { readonly em: EntityManager; readonly vault: Vault },
  known: AccessKeys,
  onSealed: (error: unknown) => void,
): Promise<AccessKeys> {
  const rows = await em.find(SigningKey, { purpose: 'access', state: { $ne: 'retired' } }, { orderBy: { id: 'asc' } });
  const keys = await Promise.all(rows.map((row) => materialOf(row)));
  return new Map(keys.flatMap((key) => (key === null ? [] : [[key.kid, key]])));

  async function materialOf(row: SigningKey): Promise<KeyMaterial | null> {
    const before = known.get(row.id);
    if (before !== undefined && before.sign !== null) return { ...before, state: row.state };
    try {
      return await importKey(row, await openKey(vault, row));
    } catch (error) {
      onSealed(error);
      // What is wrong with the key has been told; one that is damaged keeps nobody from the others.
      return importPublicPart(row).catch(() => null);
    }
  }
}
