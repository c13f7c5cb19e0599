import { describe, expect, test } from '@jest/globals';
import { decodeProtectedHeader, errors, jwtVerify } from 'jose';
import { createPrivateKey, createPublicKey } from 'node:crypto';
import type { TokenAlgorithm } from '../../../src/config/config.ts';
import { importKey, importPublicPart, makeKey } from '../../../src/identity/signing-keys/key-material.ts';
import { openKey } from '../../../src/identity/signing-keys/sealed-key.ts';
import { createSignClaims } from '../../../src/identity/signing-keys/sign-claims.ts';
import { SigningKey } from '../../../src/identity/signing-keys/signing-key.entity.ts';
import { vaultOf } from '../../support/signing-keys.ts';

const now = new Date('2026-12-01T12:00:00Z');
const vault = vaultOf(1);
const asymmetric = ['EdDSA', 'ES256', 'RS256'] as const;

async function make(algorithm: TokenAlgorithm, state: 'next' | 'active' = 'active') {
  const row = Object.assign(new SigningKey(), await makeKey({ vault }, { purpose: 'access', algorithm, state, now }));
  return { row, secret: await openKey(vault, row) };
}

describe('A new key', () => {
  test.each([
    ['EdDSA', { asymmetricKeyType: 'ed25519' }],
    ['ES256', { asymmetricKeyType: 'ec', asymmetricKeyDetails: { namedCurve: 'prime256v1' } }],
    ['RS256', { asymmetricKeyType: 'rsa', asymmetricKeyDetails: { modulusLength: 3072 } }],
  ] as const)('of %s is of its kind, and its public part belongs to what is sealed', async (algorithm, kind) => {
    const { row, secret } = await make(algorithm, 'next');
    expect(row).toMatchObject({ createdAt: now, purpose: 'access', algorithm, state: 'next', signedUntil: null });
    const key = createPrivateKey(Buffer.from(secret).toString());
    expect(key).toMatchObject(kind);
    expect(row.publicJwk).toEqual({
      ...createPublicKey(key).export({ format: 'jwk' }),
      kid: row.id,
      alg: algorithm,
      use: 'sig',
    });
  });

  test('of HS256 is a secret as long as its hash (RFC 7518 §3.2), without a public part', async () => {
    const { row, secret } = await make('HS256');
    expect([row.publicJwk, secret.length]).toEqual([null, 32]);
    expect((await make('HS256')).secret).not.toEqual(secret);
  });
});

describe('A stored key', () => {
  test.each([...asymmetric, 'HS256'] as const)(
    'of %s signs and verifies, with its header as it is given',
    async (algorithm) => {
      const { row, secret } = await make(algorithm);
      const { sign, verificationKey, ...rest } = await importKey(row, secret);
      expect(rest).toEqual({ kid: row.id, algorithm, state: 'active', publicJwk: row.publicJwk });
      const header = { alg: algorithm, typ: 'a-kind+jwt', kid: row.id };
      const token = (await sign?.(header, { sub: 'ä' })) ?? '';
      expect(decodeProtectedHeader(token)).toEqual(header);
      expect((await jwtVerify(token, verificationKey)).payload).toEqual({ sub: 'ä' });
      const other = await make(algorithm);
      await expect(jwtVerify(token, (await importKey(other.row, other.secret)).verificationKey)).rejects.toThrow(
        errors.JWSSignatureVerificationFailed,
      );
    },
  );

  test('whose secret part is sealed verifies by its public part, and signs nothing', async () => {
    for (const algorithm of asymmetric) {
      const { row, secret } = await make(algorithm);
      const sealed = await importPublicPart(row);
      expect(sealed).toMatchObject({ kid: row.id, algorithm, state: 'active', publicJwk: row.publicJwk, sign: null });
      const token = (await (await importKey(row, secret)).sign?.({ alg: algorithm }, { sub: 'a' })) ?? '';
      expect((await jwtVerify(token, sealed?.verificationKey ?? new Uint8Array())).payload).toEqual({ sub: 'a' });
    }
    expect(await importPublicPart((await make('HS256')).row)).toBeNull();
  });
});

describe('Claims that are no access token', () => {
  const signedBy = async (algorithm: TokenAlgorithm) => {
    const { row, secret } = await make(algorithm);
    const { sign, ...key } = await importKey(row, secret);
    if (sign === null) throw new Error('no key');
    return createSignClaims({ active: () => ({ ...key, sign }) })('a-kind+jwt', { sub: 'a' });
  };

  test('are signed as what they are, by the key that is named', async () => {
    const { token, kid } = await signedBy('EdDSA');
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'EdDSA', typ: 'a-kind+jwt', kid });
  });

  test('are not signed by a secret, by which nobody else could verify them', async () => {
    await expect(signedBy('HS256')).rejects.toMatchObject({
      code: 'CONFLICT',
      message: 'HS256 has no public key, so it cannot be verified. Set JWT_ALGORITHM=EdDSA.',
    });
  });
});
