import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';

/** A public key of an issuer, with the algorithms for which it may be used. */
export interface IssuerKey {
  readonly kid: string | undefined;
  readonly algorithms: readonly string[];
  readonly key: KeyObject;
}

const maxKeys = 100;
const minRsaBits = 2048;
/** Verification by a larger key, or one with a long exponent, takes as long as its issuer likes. */
const maxRsaBits = 8192;
const maxExponent = 2n ** 32n;
const curves: Readonly<Record<string, string>> = { 'P-256': 'ES256', 'P-384': 'ES384', 'P-521': 'ES512' };
const rsa = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'];
/** Members of private and symmetric keys: who publishes them has no secret (RFC 7518 §6). */
const secretMembers = ['d', 'p', 'q', 'k'];

/**
 * Reads the keys of a key set (RFC 7517 §5) that can verify one of the algorithms; others, weak and symmetric ones
 * among them, are left out.
 * @returns null if it is no key set, or has no usable key.
 */
export function readKeySet(value: unknown, algorithms: readonly string[]): readonly IssuerKey[] | null {
  const keys = (value as { readonly keys?: unknown } | null | undefined)?.keys;
  if (!Array.isArray(keys) || keys.length > maxKeys) return null;
  const usable = keys.flatMap((jwk: unknown) => keyOf(jwk, algorithms) ?? []);
  return usable.length === 0 ? null : usable;
}

function keyOf(value: unknown, pinned: readonly string[]): IssuerKey | null {
  if (typeof value !== 'object' || value === null) return null;
  const jwk = value as JsonWebKey;
  const algorithms = algorithmsOf(jwk).filter((algorithm) => pinned.includes(algorithm));
  if (algorithms.length === 0 || !isForSignatures(jwk) || secretMembers.some((member) => member in jwk)) return null;
  const { kid } = jwk;
  if (kid !== undefined && typeof kid !== 'string') return null;
  try {
    const key = createPublicKey({ key: jwk, format: 'jwk' });
    return isSound(key) ? { kid, algorithms, key } : null;
  } catch {
    return null;
  }
}

function algorithmsOf({ kty, crv, alg }: JsonWebKey): readonly string[] {
  const ofType = kty === 'RSA' ? rsa : kty === 'EC' ? [curves[crv ?? ''] ?? ''] : crv === 'Ed25519' ? ['EdDSA'] : [];
  return alg === undefined ? ofType : ofType.filter((algorithm) => algorithm === alg);
}

const isForSignatures = ({ use, key_ops: operations }: JsonWebKey): boolean =>
  (use === undefined || use === 'sig') &&
  (operations === undefined || (Array.isArray(operations) && operations.includes('verify')));

function isSound({ asymmetricKeyDetails: { modulusLength, publicExponent } = {} }: KeyObject): boolean {
  if (modulusLength === undefined || publicExponent === undefined) return true;
  return (
    modulusLength >= minRsaBits &&
    modulusLength <= maxRsaBits &&
    publicExponent > 2n &&
    publicExponent % 2n === 1n &&
    publicExponent < maxExponent
  );
}
