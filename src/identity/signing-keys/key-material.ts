import { randomBytes } from 'node:crypto';
import { exportJWK, exportPKCS8, generateKeyPair, importJWK, type CryptoKey, type JWK } from 'jose';
import type { TokenAlgorithm } from '../../config.ts';
import { newId } from '../../database/base.entity.ts';
import { createSignToken, type SignToken } from './sign-token.ts';
import type { KeyPurpose, KeyState, SigningKey } from './signing-key.entity.ts';
import type { Vault } from './vault.ts';

/** A key ready for use; which algorithm it may be used with is part of it (RFC 8725 §3.1). */
export interface KeyMaterial {
  readonly kid: string;
  readonly algorithm: TokenAlgorithm;
  readonly state: KeyState;
  readonly sign: SignToken;
  readonly verificationKey: CryptoKey | Uint8Array;
  /** Null for a symmetric key. */
  readonly publicJwk: JWK | null;
}

export interface NewKey {
  readonly purpose: KeyPurpose;
  readonly algorithm: TokenAlgorithm;
  readonly state: KeyState;
  readonly now: Date;
}

/** What a sealed key is bound to, so that no row can stand in for another. */
export const sealPurpose = (purpose: KeyPurpose, id: string): string => `${purpose} key ${id}`;

/** A new key as a row, its private part sealed. */
export async function makeKey({ vault }: { vault: Vault }, { purpose, algorithm, state, now }: NewKey) {
  const id = newId(now);
  const { secret, publicJwk } = await generateKey(algorithm, id);
  const sealedKey = await vault.seal(sealPurpose(purpose, id), secret);
  return { id, createdAt: now, purpose, algorithm, state, publicJwk, sealedKey };
}

/** Makes a key: its secret part as bytes to be sealed (PKCS #8, or the bare secret), its public part as a JWK. */
async function generateKey(
  algorithm: TokenAlgorithm,
  kid: string,
): Promise<{ secret: Uint8Array; publicJwk: JWK | null }> {
  if (algorithm === 'HS256') return { secret: randomBytes(32), publicJwk: null };
  const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true, modulusLength: 3072 });
  return {
    secret: new TextEncoder().encode(await exportPKCS8(privateKey)),
    publicJwk: { ...(await exportJWK(publicKey)), kid, alg: algorithm, use: 'sig' },
  };
}

export async function importKey(row: SigningKey, secret: Uint8Array): Promise<KeyMaterial> {
  const algorithm = row.algorithm as TokenAlgorithm;
  const publicJwk = row.publicJwk ?? null;
  const sign = await createSignToken(algorithm, secret);
  const verificationKey = publicJwk === null ? secret : await importJWK(publicJwk, algorithm);
  return { kid: row.id, algorithm, state: row.state, publicJwk, sign, verificationKey };
}
