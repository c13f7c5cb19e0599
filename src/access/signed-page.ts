import { createHash } from 'node:crypto';
import { createLocalJWKSet, jwtVerify, type JSONWebKeySet, type JWTPayload } from 'jose';

/** Signs claims as a JWT of an explicit type, by the key that signs access tokens at present. */
export type SignClaims = (typ: string, claims: JWTPayload) => Promise<{ readonly token: string; readonly kid: string }>;

/** RFC 8725 §3.11: nothing that takes access tokens takes a signature of this type, nor the other way round. */
const type = 'page-signature+jwt';
const opening = '<!-- signature ';
const closing = ' -->\n';
/** Those with a public key; what one secret both signs and verifies proves nothing to an auditor. */
const algorithms = ['EdDSA', 'ES256', 'RS256'];

/** Signs a page: its last line is a JWT that holds the SHA-256 of every byte before it. */
export async function signPage(
  page: string,
  { sign, issuer, now }: { readonly sign: SignClaims; readonly issuer: string; readonly now: Date },
): Promise<{ readonly html: string; readonly keyId: string }> {
  const claims = { iss: issuer, iat: Math.floor(now.getTime() / 1000), sha256: digestOf(Buffer.from(page)) };
  const { token, kid } = await sign(type, claims);
  return { html: `${page}${opening}${token}${closing}`, keyId: kid };
}

export interface PageSignature {
  readonly issuer: string;
  readonly signedAt: Date;
  readonly keyId: string;
}

/**
 * Verifies a signed page, byte by byte, by the public keys of the server from which it is said to come.
 * @throws Error that says why the page proves nothing.
 */
export async function verifyPage(file: Uint8Array, keys: JSONWebKeySet): Promise<PageSignature> {
  const bytes = Buffer.from(file);
  const start = bytes.lastIndexOf(opening);
  const trailer = start === -1 ? '' : bytes.subarray(start).toString('latin1');
  if (!trailer.endsWith(closing)) throw new Error('The last line of the page is no signature.');
  const { payload, protectedHeader } = await jwtVerify(
    trailer.slice(opening.length, -closing.length),
    createLocalJWKSet(keys),
    { typ: type, algorithms, requiredClaims: ['iss', 'iat', 'sha256'] },
  ).catch((cause: unknown) => {
    throw new Error('The signature is by none of these keys.', { cause });
  });
  if (payload['sha256'] !== digestOf(bytes.subarray(0, start)))
    throw new Error('The page was changed after it was signed.');
  return {
    issuer: payload.iss ?? '',
    signedAt: new Date((payload.iat ?? 0) * 1000),
    keyId: protectedHeader.kid ?? '',
  };
}

const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('base64url');
