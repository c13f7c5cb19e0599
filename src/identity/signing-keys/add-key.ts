import type { EntityManager } from '@mikro-orm/postgresql';
import { makeKey, type NewSigningKey } from './key-material.ts';
import { openKey } from './sealed-key.ts';
import { refreshRoot, SigningKey } from './signing-key.entity.ts';
import type { Vault } from './vault.ts';

interface AddKeyDeps {
  readonly tx: EntityManager;
  /** All there are, locked. */
  readonly keys: readonly SigningKey[];
  readonly vault: Vault;
}

/**
 * Makes a key and adds it to the others.
 * @throws WrongMasterKeyError if those are sealed by another master key: no server that has it would start any more.
 */
export async function addKey({ tx, keys, vault }: AddKeyDeps, wanted: NewSigningKey): Promise<SigningKey> {
  for (const key of keys) if (key.purpose === refreshRoot.purpose) await openKey(vault, key);
  return tx.create(SigningKey, await makeKey({ vault }, wanted));
}
