import { randomBytes } from 'node:crypto';
import { exportJWK, exportPKCS8, generateKeyPair, importJWK, type CryptoKey, type JWK } from 'jose';
import type { TokenAlgorithm } from '../../config/config.ts';
import { newId } from '../../database/base.entity.ts';
import { sealKey } from './sealed-key.ts';
import { createSignToken, type SignToken } from './sign-token.ts';
import type { KeyPurpose, KeyState, SigningKey } from './signing-key.entity.ts';
import type { Vault } from './vault.ts';

/** A key ready for use; which algorithm it may be used with is part of it (RFC 8725 §3.1). */
export interface KeyMaterial {
  readonly kid: string;
  readonly algorithm: TokenAlgorithm;
  readonly state: KeyState;
  /** Null if only its public part is at hand, which verifies. */
  readonly sign: SignToken | null;
  readonly verificationKey: CryptoKey | Uint8Array;
  /** Null for a symmetric key. */
  readonly publicJwk: JWK | null;
}

export interface NewSigningKey {
  readonly purpose: KeyPurpose;
  readonly algorithm: TokenAlgorithm;
  readonly state: KeyState;
  readonly now: Date;
}

/** A new key as a row, its private part sealed. */
export async function makeKey({ vault }: { vault: Vault }, { purpose, algorithm, state, now }: NewSigningKey) {
  const id = newId(now);
  const { secret, publicJwk } = await generateKey(algorithm, id);
  const sealedKey = await sealKey(vault, { purpose, id }, secret);
  return { id, createdAt: now, purpose, algorithm, state, signedUntil: null, publicJwk, sealedKey };
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

/** A stored key whose secret part was opened: it signs, and verifies. */
export async function importKey(row: SigningKey, secret: Uint8Array): Promise<KeyMaterial> {
  const sign = await createSignToken(row.algorithm, secret);
  const publicPart = await importPublicPart(row);
  return publicPart === null
    ? { kid: row.id, algorithm: row.algorithm, state: row.state, publicJwk: null, sign, verificationKey: secret }
    : { ...publicPart, sign };
}

/** Imports the public part of a stored key, its secret part left sealed; null for a symmetric key, which has none. */
export async function importPublicPart({ id, algorithm, state, publicJwk }: SigningKey): Promise<KeyMaterial | null> {
  if (publicJwk == null) return null;
  return { kid: id, algorithm, state, publicJwk, sign: null, verificationKey: await importJWK(publicJwk, algorithm) };
}
