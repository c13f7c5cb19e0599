import type { SigningKey } from './signing-key.entity.ts';
import type { Vault } from './vault.ts';

type Bound = Pick<SigningKey, 'id' | 'purpose'>;

/** Binds a sealed key to its row, so that no row can stand in for another. */
const sealPurpose = ({ purpose, id }: Bound): string => `${purpose} key ${id}`;

/** The text in which the secret part of a key is stored. */
export const sealKey = (vault: Vault, row: Bound, secret: Uint8Array): Promise<string> =>
  vault.seal(sealPurpose(row), secret);

/**
 * The secret part of a stored key.
 * @throws WrongMasterKeyError
 */
export const openKey = (vault: Vault, row: Bound & Pick<SigningKey, 'sealedKey'>): Promise<Uint8Array> =>
  vault.open(sealPurpose(row), row.sealedKey);
