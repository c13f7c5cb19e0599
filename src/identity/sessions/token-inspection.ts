import { decodeJwt, decodeProtectedHeader } from 'jose';
import type { AccessClaims } from './access-claims.ts';
import { maxTokenCharacters, type AccessTokens } from './access-token.ts';

/** The facts that a token tells a caller who holds its text. */
export interface TokenInspection {
  /** True if it is signed by us, for us, and within its time. `revoked` tells whether its session has ended. */
  readonly valid: boolean;
  readonly problem: 'not_a_token' | 'not_ours' | 'expired' | null;
  readonly header: Record<string, unknown> | null;
  readonly claims: Record<string, unknown> | null;
  readonly expiresAt: Date | null;
  /** The verified claims; null for a token that is not ours. */
  readonly verified: AccessClaims | null;
}

/** Reads a token without trusting it: what is told, its holder could have decoded. */
export async function inspectToken(
  accessTokens: Pick<AccessTokens, 'verify'>,
  token: string,
  now: Date,
): Promise<TokenInspection> {
  const decoded = token.length > maxTokenCharacters ? null : decode(token);
  if (decoded === null) {
    return { valid: false, problem: 'not_a_token', header: null, claims: null, expiresAt: null, verified: null };
  }
  const verified = await accessTokens.verify(token, now);
  const problem = verified === null ? 'not_ours' : verified.expired ? 'expired' : null;
  return { ...decoded, valid: problem === null, problem, verified: verified?.claims ?? null };
}

function decode(token: string): Pick<TokenInspection, 'header' | 'claims' | 'expiresAt'> | null {
  try {
    const claims = decodeJwt(token);
    const { exp } = claims;
    const expiresAt = new Date(typeof exp === 'number' ? exp * 1000 : Number.NaN);
    const isDate = !Number.isNaN(expiresAt.getTime());
    return { header: { ...decodeProtectedHeader(token) }, claims, expiresAt: isDate ? expiresAt : null };
  } catch {
    return null;
  }
}
