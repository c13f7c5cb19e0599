import { createHmac, createPrivateKey, createSecretKey, sign } from 'node:crypto';
import { importPKCS8, SignJWT, type JWTHeaderParameters, type JWTPayload } from 'jose';
import type { TokenAlgorithm } from '../../config/config.ts';

/** Signs claims as a compact JWT (RFC 7519 §3, RFC 7515 §7.1). */
export type SignToken = (header: JWTHeaderParameters, payload: JWTPayload) => string | Promise<string>;

/**
 * Signs by `secret`, which is PKCS #8, or bare for a symmetric algorithm. A signature of EdDSA or ES256 takes some 50
 * µs, and WebCrypto's way through the thread pool several times that, at every refresh; so these are made at once. One
 * of RS256 takes milliseconds, and goes through the pool.
 */
export async function createSignToken(algorithm: TokenAlgorithm, secret: Uint8Array): Promise<SignToken> {
  if (algorithm === 'RS256') {
    const key = await importPKCS8(new TextDecoder().decode(secret), algorithm);
    return (header, payload) => new SignJWT(payload).setProtectedHeader(header).sign(key);
  }
  const signatureOf = createSignature(algorithm, secret);
  return (header, payload) => {
    const input = `${encoded(header)}.${encoded(payload)}`;
    return `${input}.${signatureOf(Buffer.from(input)).toString('base64url')}`;
  };
}

function createSignature(algorithm: Exclude<TokenAlgorithm, 'RS256'>, secret: Uint8Array): (input: Buffer) => Buffer {
  if (algorithm === 'HS256') {
    // Prepared once: a key in bytes is copied and wrapped for each MAC.
    const symmetric = createSecretKey(secret);
    return (input) => createHmac('sha256', symmetric).update(input).digest();
  }
  const key = createPrivateKey(new TextDecoder().decode(secret));
  if (algorithm === 'EdDSA') return (input) => sign(null, input, key);
  // RFC 7518 §3.4: both numbers side by side, and not in DER.
  return (input) => sign('sha256', input, { key, dsaEncoding: 'ieee-p1363' });
}

const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
