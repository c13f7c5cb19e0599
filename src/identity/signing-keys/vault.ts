import type { webcrypto } from 'node:crypto';
import { CompactEncrypt, compactDecrypt } from 'jose';
import { StartError } from '../../errors.ts';

/** Encrypts keys and secrets at rest (AES-256-GCM as compact JWE, RFC 7516), each bound to what it is for. */
export interface Vault {
  seal(purpose: string, secret: Uint8Array): Promise<string>;
  /** @throws WrongMasterKeyError if the text was sealed with another key or for another purpose, or was altered. */
  open(purpose: string, sealed: string): Promise<Uint8Array>;
}

export class WrongMasterKeyError extends StartError {
  constructor(purpose: string, cause: unknown) {
    super(
      `MASTER_KEY does not open the ${purpose} stored in this database. Set the key with which the database was first ` +
        'started, or to which `keys reseal` changed it (in development it is in DATA_DIR/master.key).',
      { cause },
    );
  }
}

export function createVault(masterKey: Uint8Array): Vault {
  let imported: Promise<webcrypto.CryptoKey> | undefined;
  /** Imports the key once, when it is first needed: a key in bytes is imported for each secret. */
  const importKey = (): Promise<webcrypto.CryptoKey> =>
    (imported ??= crypto.subtle.importKey('raw', Uint8Array.from(masterKey), 'AES-GCM', false, ['encrypt', 'decrypt']));

  return {
    async seal(purpose, secret) {
      const sealing = new CompactEncrypt(secret).setProtectedHeader({ alg: 'dir', enc: 'A256GCM', sub: purpose });
      return sealing.encrypt(await importKey());
    },

    async open(purpose, sealed) {
      try {
        const { plaintext, protectedHeader } = await compactDecrypt(sealed, await importKey(), {
          keyManagementAlgorithms: ['dir'],
          contentEncryptionAlgorithms: ['A256GCM'],
        });
        if (protectedHeader['sub'] === purpose) return plaintext;
      } catch (cause) {
        throw new WrongMasterKeyError(purpose, cause);
      }
      throw new WrongMasterKeyError(purpose, undefined);
    },
  };
}
