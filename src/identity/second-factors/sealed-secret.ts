import { createHmac } from 'node:crypto';
import { createVault, type Vault } from '../signing-keys/vault.ts';

/**
 * Creates the vault of authenticator secrets. Its key comes from the root key, which `MASTER_KEY` seals: a new master
 * key leaves the secrets as they are.
 */
export const createSecretVault = (rootKey: Uint8Array): Vault =>
  createVault(createHmac('sha256', rootKey).update('authenticator secrets').digest());

/** Binds a sealed secret to its account, so that no row can stand in for another. */
export const secretPurpose = (userId: string): string => `authenticator of ${userId}`;
